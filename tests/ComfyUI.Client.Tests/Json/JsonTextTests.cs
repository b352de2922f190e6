using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests.Json;

/// <summary>JSON goes out as it came in.</summary>
public sealed class JsonTextTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"NaN\"")]
    [InlineData("NaN")]
    [InlineData("[NaN,Infinity,-Infinity]")]
    [InlineData("{\"NaN\":\"-Infinity \\\" NaN\",\"b\":NaN}")]
    [InlineData("[1,1.0,1E5,1e+05,-0,-0.0,0.1000,18446744073709551615,123456789012345678901234567890,1e400]")]
    [InlineData("{\"\":{},\"a\":[],\"é<>&'+\":\"ü\\n\\t\\\\\\\"\"}")]
    [InlineData("\"\\u0000\\u001B\"")]
    public void What_is_read_is_written_byte_for_byte(string json)
    {
        JsonNode? node = JsonText.Parse(json);

        Assert.Equal(json, JsonText.Write(node));
        Assert.Equal(json, Encoding.UTF8.GetString(JsonText.WriteUtf8(node)));
        Assert.Equal(json, JsonText.Write(JsonText.Clone(node)));
        Assert.Equal(json, JsonText.Write(JsonText.Parse(JsonText.Write(node, indented: true))));
    }

    [Fact]
    public void Indented_text_puts_every_item_on_its_line()
    {
        JsonNode? node = JsonText.Parse("""{"a":[1.0,NaN,Infinity,"x",null,true,{"b":18446744073709551615}],"c":{},"d":[],"e":[-Infinity]}""");

        string[] lines = JsonText.Write(node, indented: true).Split('\n');

        Assert.Equal(
            ["{", "  \"a\": [", "    1.0,", "    NaN,", "    Infinity,", "    \"x\",", "    null,", "    true,", "    {", "      \"b\": 18446744073709551615", "    }", "  ],", "  \"c\": {},", "  \"d\": [],", "  \"e\": [", "    -Infinity", "  ]", "}"],
            lines.Select(line => line.TrimEnd('\r')));
    }

    [Theory]
    [InlineData("\"\\ud83d\"", "\uFFFD")]
    [InlineData("\"\\ude00x\"", "\uFFFDx")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"", "\uFFFD\U0001F600")]
    [InlineData("\"\\\\ud83d\"", "\\ud83d")]
    [InlineData("\"\\ud83d\\n\"", "\uFFFD\n")]
    [InlineData("\"\\uD83D\\uDE00\"", "\U0001F600")]
    public void Half_a_character_becomes_the_sign_for_none(string json, string expected) => Assert.Equal(expected, (string?)JsonText.Parse(json));

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\":NaNa}")]
    [InlineData("[Infinity1]")]
    [InlineData("-NaN")]
    [InlineData("nan")]
    [InlineData("{'a':1}")]
    [InlineData("[1,]")]
    [InlineData("\"\\ud8\"")]
    [InlineData("[1] [2]")]
    public void What_is_no_json_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => JsonText.Parse(json));

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused_in_values_and_in_keys()
    {
        Assert.ThrowsAny<JsonException>(() => JsonText.Parse(Encoding.Latin1.GetBytes("{\"a\":\"\u00E4\"}")));
        Assert.ThrowsAny<JsonException>(() => JsonText.Parse(Encoding.Latin1.GetBytes("{\"\u00E4\":1}")));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over() => Assert.Equal("1", JsonText.Write(JsonText.Parse(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'1' })));

    [Theory]
    [InlineData(1.0, "1.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1e21, "1E+21")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void A_double_stays_a_float_for_python(double number, string expected) => Assert.Equal(expected, JsonText.Write(JsonNumber.TryCreate(number)));

    [Fact]
    public void Every_double_reads_back_as_itself()
    {
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            double number = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            Assert.Equal(number, JsonAccess.Number(JsonText.Parse(JsonText.Write(JsonNumber.TryCreate(number)))) ?? JsonText.Parse(JsonText.Write(JsonNumber.TryCreate(number)))!.GetValue<double>());
        }
    }
}
