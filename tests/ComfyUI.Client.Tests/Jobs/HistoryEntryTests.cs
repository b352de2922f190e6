using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>What became of a job is read out of its history, where the messages tell more truth than the status.</summary>
public sealed class HistoryEntryTests
{
    public static TheoryData<string> Names => Recordings.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_recorded_entry_ends_as_its_messages_say(string recording)
    {
        foreach (JsonObject answer in Answers(recording))
        {
            foreach (HistoryEntry entry in HistoryEntry.ReadAll(answer))
            {
                var source = (JsonObject)answer[entry.Id]!;
                string[] messages = [.. source.Object("status")?.Array("messages")?.Select(message => (string)message![0]!) ?? []];
                ComfyUIJobStatus expected = messages.Contains("execution_error") ? ComfyUIJobStatus.Failed
                    : messages.Contains("execution_interrupted") ? ComfyUIJobStatus.Interrupted
                    : ComfyUIJobStatus.Completed;
                Assert.Equal(expected, entry.Status);
                Assert.Equal(expected == ComfyUIJobStatus.Completed, entry.Error is null);
                Assert.NotNull(entry.Number);
                Assert.NotNull(entry.Prompt);
                Assert.NotNull(entry.StartedAt);
                Assert.True(entry.CompletedAt >= entry.StartedAt);
                Assert.Equal(Files(source["outputs"]), OutputReader.Read(null, entry.Id, entry.Outputs, entry.Meta).Count(output => output.IsFile));
            }
        }
    }

    [Theory]
    [InlineData("{}", ComfyUIJobStatus.Completed)]
    [InlineData("""{"status":null,"prompt":null,"outputs":[]}""", ComfyUIJobStatus.Completed)]
    [InlineData("""{"status":{"status_str":"error","messages":[]}}""", ComfyUIJobStatus.Failed)]
    [InlineData("""{"status":{"status_str":"error","messages":[null,5,["x"],["execution_error",null],[5,{}]]}}""", ComfyUIJobStatus.Failed)]
    [InlineData("""{"status":{"status_str":"success","messages":[["execution_error",{"node_id":"1"}]]}}""", ComfyUIJobStatus.Failed)]
    [InlineData("""{"status":{"status_str":"error","messages":[["execution_interrupted",{"node_id":5,"timestamp":1e300}]]}}""", ComfyUIJobStatus.Interrupted)]
    public void An_entry_of_an_odd_shape_is_read_as_far_as_it_goes(string json, ComfyUIJobStatus expected)
        => Assert.Equal(expected, HistoryEntry.Read(new JsonObject { ["id"] = JsonText.Parse(json) }, "id")!.Status);

    [Fact]
    public void A_failure_for_want_of_memory_says_what_to_do()
    {
        HistoryEntry entry = HistoryEntry.Read((JsonObject)JsonText.Parse("""
            {"id":{"status":{"messages":[["execution_error",{"node_id":"3","node_type":"KSampler","exception_type":"torch.OutOfMemoryError","exception_message":"Allocation on device\n","traceback":["a\n","b"]}]]}}}
            """)!, "id")!;

        var error = Assert.IsType<ComfyUIExecutionException>(entry.Error?.Invoke(text => text));
        Assert.Contains("memory", error.RecommendedAction);
        Assert.Equal(["a", "b"], error.Traceback);
    }

    private static IEnumerable<JsonObject> Answers(string recording)
        => from entry in Recordings.Events(recording)
           where entry.Text("http")?.StartsWith("GET /history", StringComparison.Ordinal) == true
           let answer = entry.Object("response")?.Object("body")?.Object("json")
           where answer is not null && answer.All(item => item.Value is JsonObject value && value.ContainsKey("prompt"))
           select answer;

    private static int Files(JsonNode? node) => node switch
    {
        JsonObject item => (item["filename"] is not null ? 1 : 0) + item.Sum(member => Files(member.Value)),
        JsonArray list => list.Sum(Files),
        _ => 0,
    };
}
