using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;

namespace ComfyUI.Client.Tests.Fuzz;

/// <summary>Good inputs to break: small ones of our own, and what a real server said where the recordings are at hand.</summary>
internal static class Samples
{
    internal const string History = """
        {"5c8b1f5e-0000-4000-8000-000000000001":{"prompt":[3,"5c8b1f5e-0000-4000-8000-000000000001",{"1":{"class_type":"SaveImage","inputs":{"images":["2",0]}}},{},["1"]],
         "outputs":{"1":{"images":[{"filename":"a_00001_.png","subfolder":"x/y","type":"output"}],"text":["said",5]},"2:0":{"gifs":[{"filename":"b.webp","subfolder":"","type":"temp"}],"animated":[true]}},
         "status":{"status_str":"error","completed":false,"messages":[["execution_start",{"prompt_id":"p","timestamp":1795330287986}],
           ["execution_error",{"prompt_id":"p","node_id":"1","node_type":"RaiseError","exception_type":"ValueError","exception_message":"b\u00f6se\ud83d","traceback":["a\n","b"],"timestamp":1795330287999}]]},
         "meta":{"1":{"node_id":"1","display_node":"1","parent_node":null,"real_node_id":"1"}}}}
        """;

    internal const string Queue = """
        {"queue_running":[[2,"a",{"1":{"class_type":"X","inputs":{}}},{"client_id":"c"},["1"]]],"queue_pending":[[3.5,"b",{},{},[]],[-1,"c",{},{"api_key_comfy_org":"k"},[]]]}
        """;

    internal const string Logs = """
        {"entries":[{"t":"2026-11-22T06:51:27.123456","m":"got prompt\n"},{"t":"2026-11-22T06:51:28","m":"\r 10%|#   \u001b[31mred\u001b[0m"},{"t":"x","m":"\r100%|####\nnext"}],"size":{"cols":80,"rows":24}}
        """;

    internal const string Catalogue = """
        {"KSampler":{"input":{"required":{"model":["MODEL",{"tooltip":"t"}],"seed":["INT",{"default":0,"min":0,"max":18446744073709551615,"control_after_generate":true}],
            "cfg":["FLOAT",{"default":8.0,"min":0.0,"max":NaN,"step":0.1}],"sampler_name":[["euler","ddim"],{"default":"euler"}],"scheduler":["COMBO",{"options":["a","b"],"multi_select":false}]},
            "optional":{"mask":["MASK"],"dyn":["COMFY_DYNAMICCOMBO_V3",{"options":[{"key":"k","inputs":{"required":{"a":["INT",{}]}}}]}]},"hidden":{"prompt":"PROMPT"}},
          "input_order":{"required":["model","seed"]},"output":["LATENT"],"output_is_list":[false],"output_name":["LATENT"],"name":"KSampler","display_name":"KSampler","description":"d",
          "python_module":"nodes","category":"sampling","output_node":false,"deprecated":true,"search_aliases":["s"]},
         "Caf\u00e9":{"input":{},"output":[]}}
        """;

    internal const string DotEnv = "\uFEFF# comment\r\nexport COMFYUI_BASE_URL = http://host:8188 # here\nCOMFYUI_PASSWORD=\"a \\\"b\\\" \\$c\\n\"\nCOMFYUI_USERNAME='x y'\nEMPTY=\n";

    internal const string Rejected = """
        {"error":{"type":"prompt_outputs_failed_validation","message":"Prompt outputs failed validation","details":"x","extra_info":{}},
         "node_errors":{"3":{"errors":[{"type":"value_not_in_list","message":"Value not in list","details":"d","extra_info":{"input_name":"ckpt","received_value":NaN}}],"dependent_outputs":["9"],"class_type":"Load"}}}
        """;

    internal const string Status = """
        {"system":{"os":"posix","ram_total":1,"ram_free":1e3,"comfyui_version":"0.3.64","python_version":"3.13","pytorch_version":"2","argv":["main.py"]},
         "devices":[{"name":"cuda:0","type":"cuda","index":0,"vram_total":25000000000,"vram_free":1,"torch_vram_total":0,"torch_vram_free":0}]}
        """;

    internal static readonly string[] Frames =
    [
        """{"type":"status","data":{"status":{"exec_info":{"queue_remaining":1}},"sid":"s"}}""",
        """{"type":"progress_state","data":{"prompt_id":"p","nodes":{"1":{"value":0.0,"max":1.0,"state":"running","node_id":"1","display_node_id":"1","parent_node_id":null}}}}""",
        """{"type":"executed","data":{"node":"2","display_node":"2","output":{"images":[{"filename":"a.png","subfolder":"","type":"output"}],"x":[NaN]},"prompt_id":"p"}}""",
        """{"type":"execution_error","data":{"prompt_id":"p","node_id":"1","executed":[],"exception_message":"m","traceback":["t"],"current_inputs":{"a":["\ud83d"]},"timestamp":1}}""",
        """{"type":"execution_cached","data":{"nodes":["1","2"],"prompt_id":"p","timestamp":1795330287987}}""",
        """{"type":"progress","data":{"value":1,"max":4,"prompt_id":"p","node":"3"}}""",
    ];

    internal static readonly byte[][] Binary =
    [
        [0, 0, 0, 1, 0, 0, 0, 1, 0xFF, 0xD8, 0xFF],
        [0, 0, 0, 3, 0, 0, 0, 2, (byte)'1', (byte)'2', (byte)'h', (byte)'i'],
        [0, 0, 0, 4, 0, 0, 0, 60, .. "{\"node_id\":\"2\",\"prompt_id\":\"p\",\"image_type\":\"image/png\",\"x\":1}"u8, 1, 2, 3],
    ];

    /// <summary>Small answers and messages of a real server; none without the recordings.</summary>
    internal static IReadOnlyList<string> Recorded(Func<JsonObject, JsonNode?> select, int most)
        => [.. Recordings.Names
            .Select(row => row.Data)
            .Where(_ => Recordings.AreHere)
            .SelectMany(Recordings.Events)
            .Select(select)
            .Where(node => node is not null)
            .Select(node => node is JsonValue value && value.TryGetValue(out string? text) ? text : JsonText.Write(node))
            .Where(text => text.Length is > 2 and < 4000)
            .Distinct()
            .Take(most)];
}
