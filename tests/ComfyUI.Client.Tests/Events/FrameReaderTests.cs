using System.Buffers.Binary;
using System.Text;
using Xunit;

namespace ComfyUI.Client.Tests.Events;

/// <summary>Binary messages, and messages that make no sense: one odd message must not end a run.</summary>
public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(1u, "image/jpeg")]
    [InlineData(2u, "image/png")]
    public void A_preview_without_metadata_has_its_format_and_no_job(uint format, string mediaType)
    {
        var preview = Assert.IsType<PreviewEvent>(FrameReader.ReadBinary([.. Number(1), .. Number(format), 7, 8, 9]));

        Assert.Equal((null, null, mediaType), (preview.PromptId, preview.NodeId, preview.MediaType));
        Assert.Equal([7, 8, 9], preview.Image.ToArray());
    }

    [Fact]
    public void A_preview_with_metadata_says_its_job_and_node()
    {
        byte[] json = Encoding.UTF8.GetBytes("""{"node_id":"2.0.0.1","display_node_id":"2","prompt_id":"p","image_type":"image/png"}""");

        var preview = Assert.IsType<PreviewEvent>(FrameReader.ReadBinary([.. Number(4), .. Number((uint)json.Length), .. json, 1, 2]));

        Assert.Equal(("p", "2", "image/png"), (preview.PromptId, preview.NodeId, preview.MediaType));
        Assert.Equal([1, 2], preview.Image.ToArray());
    }

    [Fact]
    public void A_text_says_its_node()
    {
        var text = Assert.IsType<TextEvent>(FrameReader.ReadBinary([.. Number(3), .. Number(2), .. "12"u8, .. "b\u00E4r"u8]));

        Assert.Equal(("12", "b\u00E4r"), (text.NodeId, text.Text));
    }

    [Fact]
    public void A_binary_message_that_makes_no_sense_is_passed_over()
    {
        byte[][] all = [[], [1], [.. Number(1)], [.. Number(9), .. Number(1)], [.. Number(3), .. Number(100), 1], [.. Number(4), .. Number(uint.MaxValue)], [.. Number(4), .. Number(2), .. "{x"u8]];

        Assert.All(all, message => Assert.Null(FrameReader.ReadBinary(message)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"type\":5,\"data\":[]}")]
    [InlineData("{\"type\":[],\"data\":{}}")]
    [InlineData("{\"type\":\"status\"}")]
    [InlineData("{\"type\":\"executing\",\"data\":")]
    public void A_text_that_is_no_message_is_passed_over_or_something_else(string text)
        => Assert.True(FrameReader.ReadText(Encoding.UTF8.GetBytes(text)) is null or OtherEvent);

    [Theory]
    [InlineData("status")]
    [InlineData("executing")]
    [InlineData("progress")]
    [InlineData("progress_state")]
    [InlineData("executed")]
    [InlineData("execution_start")]
    [InlineData("execution_cached")]
    [InlineData("execution_success")]
    [InlineData("execution_error")]
    [InlineData("feature_flags")]
    [InlineData("crystools.monitor")]
    public void Data_of_an_unexpected_shape_throws_nothing(string type)
    {
        string[] shapes =
        [
            "null", "5", "\"x\"", "[]", "[1]", "{}",
            "{\"prompt_id\":5,\"node\":{},\"nodes\":[1,null,{}],\"output\":[],\"value\":\"x\",\"max\":null,\"timestamp\":\"x\",\"status\":5}",
            "{\"prompt_id\":\"p\",\"nodes\":{\"1\":5,\"2\":null,\"3\":{\"value\":\"x\",\"state\":5}},\"status\":{\"exec_info\":{\"queue_remaining\":1e300}},\"timestamp\":1e300}",
            "{\"prompt_id\":\"\\ud83d\",\"value\":NaN,\"max\":Infinity,\"output\":{\"x\":[NaN,\"\\ude00\"]}}",
        ];

        Assert.All(shapes, shape => FrameReader.ReadText(Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"data\":{shape}}}")));
    }

    [Fact]
    public void A_number_for_a_node_is_its_name()
        => Assert.Equal("12", Assert.IsType<ExecutingEvent>(FrameReader.ReadText("""{"type":"executing","data":{"node":12,"prompt_id":"p"}}"""u8.ToArray())).NodeId);

    private static byte[] Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
