using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests.Events;

/// <summary>Every message a real server sent becomes the event it is.</summary>
public sealed class RecordedFrameTests
{
    private static readonly Dictionary<string, Type> Types = new()
    {
        ["status"] = typeof(StatusEvent),
        ["feature_flags"] = typeof(FeatureFlagsEvent),
        ["execution_start"] = typeof(ExecutionStartEvent),
        ["execution_cached"] = typeof(ExecutionCachedEvent),
        ["executing"] = typeof(ExecutingEvent),
        ["progress"] = typeof(ProgressEvent),
        ["progress_state"] = typeof(ProgressStateEvent),
        ["executed"] = typeof(ExecutedEvent),
        ["execution_success"] = typeof(ExecutionEndEvent),
        ["execution_error"] = typeof(ExecutionEndEvent),
        ["execution_interrupted"] = typeof(ExecutionEndEvent),
        ["logs"] = typeof(LogsEvent),
    };

    public static TheoryData<string> Names => Recordings.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_recorded_text_becomes_its_event(string recording)
    {
        foreach (JsonObject entry in Recordings.Events(recording))
        {
            if (entry.Text("opcode") != "text" || entry.Text("text") is not { } text || JsonOf(text) is not { } frame)
            {
                // Progress states over 8,000 characters were trimmed by the recorder.
                continue;
            }

            ServerEvent? received = FrameReader.ReadText(Encoding.UTF8.GetBytes(text));

            string type = frame.Text("type")!;
            Assert.True(Types.TryGetValue(type, out Type? expected), "An unknown type was recorded: " + type);
            Assert.IsType(expected, received);
            Assert.Equal(frame.Object("data")?.Text("prompt_id"), received!.PromptId);
            Check(received, frame.Object("data")!);
        }
    }

    // What a run depends on, word for word.
    private static void Check(ServerEvent received, JsonObject data)
    {
        switch (received)
        {
            case ExecutingEvent executing:
                Assert.Equal(data.Text("node"), executing.NodeId);
                break;
            case StatusEvent status:
                Assert.Equal(data.Object("status")!.Object("exec_info")!.Number("queue_remaining"), status.QueueRemaining);
                break;
            case ProgressEvent progress:
                Assert.Equal((data.Number("value"), data.Number("max")), (progress.Value, progress.Maximum));
                break;
            case ProgressStateEvent state:
                Assert.Equal(data.Object("nodes")!.Count, state.Nodes.Count);
                break;
            case ExecutionCachedEvent cached:
                Assert.Equal(data.Array("nodes")!.Select(node => (string?)node), cached.NodeIds);
                break;
            case ExecutedEvent executed:
                Assert.Equal(JsonText.Write(data["output"]), JsonText.Write(executed.Output));
                break;
            case ExecutionEndEvent end:
                Assert.Equal(JsonText.Write(data), JsonText.Write(end.Data));
                break;
        }
    }

    private static JsonObject? JsonOf(string text)
    {
        try
        {
            return JsonText.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
