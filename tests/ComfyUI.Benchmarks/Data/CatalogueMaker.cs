using System;
using System.Globalization;
using System.IO;
using System.Text;

namespace ComfyUI.Benchmarks;

/// <summary>
/// Makes a node catalogue of the shape and size that servers with many packs have: a few thousand classes, most of them small, some with
/// long lists of models.
/// </summary>
internal static class CatalogueMaker
{
    private const int Bytes = 20 * 1024 * 1024;
    private const int SmokeBytes = 200 * 1024;

    internal static string PathIn(Workspace workspace) => workspace.File("object_info.json");

    internal static string ClassName(int number)
        => number == 0 ? "KSampler" : string.Create(CultureInfo.InvariantCulture, $"Pack{number % 97:00}Node{number:00000}");

    internal static void Write(Workspace workspace, bool small) => File.WriteAllText(PathIn(workspace), Make(small ? SmokeBytes : Bytes));

    internal static string Make(int bytes)
    {
        var json = new StringBuilder(bytes + 8192);
        json.Append("{\"KSampler\": {\"input\": {\"required\": {\"model\": [\"MODEL\"], \"seed\": [\"INT\", {\"default\": 0, \"min\": 0, \"max\": 18446744073709551615, \"control_after_generate\": true}], ")
            .Append("\"steps\": [\"INT\", {\"default\": 20, \"min\": 1, \"max\": 10000}], \"sampler_name\": [[\"euler\", \"dpmpp_2m\"]], \"latent_image\": [\"LATENT\"]}}, ")
            .Append("\"input_order\": {\"required\": [\"model\", \"seed\", \"steps\", \"sampler_name\", \"latent_image\"]}, \"output\": [\"LATENT\"], \"output_is_list\": [false], ")
            .Append("\"output_name\": [\"LATENT\"], \"name\": \"KSampler\", \"display_name\": \"KSampler\", \"description\": \"\", \"python_module\": \"nodes\", \"category\": \"sampling\", \"output_node\": false}");
        for (int number = 1; json.Length < bytes; number++)
        {
            AppendClass(json, number);
        }

        return json.Append('}').ToString();
    }

    private static void AppendClass(StringBuilder json, int number)
    {
        string name = ClassName(number);
        json.Append(CultureInfo.InvariantCulture, $", \"{name}\": {{\"input\": {{\"required\": {{\"model\": [\"MODEL\", {{\"tooltip\": \"The model that does the work of {name}.\"}}], ");
        json.Append(CultureInfo.InvariantCulture, $"\"strength\": [\"FLOAT\", {{\"default\": {number % 7}.5, \"min\": -10.0, \"max\": 10.0, \"step\": 0.01, \"round\": 0.001}}], ");
        json.Append("\"text\": [\"STRING\", {\"multiline\": true, \"dynamicPrompts\": true, \"default\": \"a picture of a fox, \\u00e9clair, masterpiece\"}], \"ckpt_name\": [[");

        // One in sixteen lists the models of a full disk, as loaders do.
        int choices = number % 16 == 0 ? 400 : 6;
        for (int i = 0; i < choices; i++)
        {
            json.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? string.Empty : ", ")}\"models/family_{i % 9}/checkpoint_{i:0000}_fp16.safetensors\"");
        }

        json.Append("], {\"tooltip\": \"The name of the file.\"}]}, \"optional\": {\"mask\": [\"MASK\"], \"mode\": [[\"fast\", \"good\", \"best\"], {\"default\": \"good\"}]}, ");
        json.Append("\"hidden\": {\"unique_id\": \"UNIQUE_ID\", \"prompt\": \"PROMPT\"}}, \"input_order\": {\"required\": [\"model\", \"strength\", \"text\", \"ckpt_name\"], \"optional\": [\"mask\", \"mode\"], ");
        json.Append(CultureInfo.InvariantCulture, $"\"hidden\": [\"unique_id\", \"prompt\"]}}, \"is_input_list\": false, \"output\": [\"IMAGE\", \"MASK\"], \"output_is_list\": [false, false], ");
        json.Append(CultureInfo.InvariantCulture, $"\"output_name\": [\"image\", \"mask\"], \"name\": \"{name}\", \"display_name\": \"{name}\", \"description\": \"Does what node {number} of its pack does, and says so at some length.\", ");
        json.Append(CultureInfo.InvariantCulture, $"\"python_module\": \"custom_nodes.pack_{number % 97}\", \"category\": \"packs/pack {number % 97}/{(number % 3 == 0 ? "image" : "latent")}\", \"output_node\": {(number % 5 == 0 ? "true" : "false")}, ");
        json.Append("\"deprecated\": false, \"experimental\": false, \"api_node\": false}");
    }
}
