using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests.Fuzz;

/// <summary>
/// Whatever comes in, broken in thousands of ways: it is read, passed over, or refused with the error that is documented. Anything else that is
/// thrown fails here, and so does memory out of proportion. The seeds are fixed, so that what fails once fails again.
/// </summary>
public sealed class ParserFuzzTests
{
    private const int Each = 200;
    private const long MaxAllocation = 64L * 1024 * 1024;

    [Fact]
    public void Json_is_read_and_written_again_the_same_or_refused()
    {
        string[] samples = [Samples.History, Samples.Queue, Samples.Logs, Samples.Catalogue, .. Samples.Frames, .. Samples.Recorded(entry => entry["text"], 40)];
        int read = 0;
        foreach (byte[] input in Mutation.Of(samples.Select(Encoding.UTF8.GetBytes), 1, Each / 4))
        {
            Try(input, () =>
            {
                JsonNode? node = JsonText.Parse(input);
                byte[] written = JsonText.WriteUtf8(node);
                Assert.Equal(written, JsonText.WriteUtf8(JsonText.Parse(written)));
                Assert.Equal(written, JsonText.WriteUtf8(JsonText.Clone(node)));
                Assert.True(JsonEquality.AreEqual(node, JsonText.Parse(JsonText.Write(node, indented: true))));
                read++;
            }, e => e is JsonException);
        }

        AssertRead(read, samples);
    }

    [Fact]
    public void Text_messages_are_read_or_passed_over()
    {
        string[] samples = [.. Samples.Frames, .. Samples.Recorded(entry => entry.Text("opcode") == "text" ? entry["text"] : null, 60)];
        int read = 0;
        foreach (byte[] input in Mutation.Of(samples, 2, Each).Select(Encoding.UTF8.GetBytes))
        {
            Try(input, () => read += FrameReader.ReadText(input) is null ? 0 : 1);
        }

        AssertRead(read, samples);
    }

    [Fact]
    public void Binary_messages_are_read_or_passed_over()
    {
        int read = 0;
        foreach (byte[] input in Mutation.Of(Samples.Binary, 3, Each * 10))
        {
            Try(input, () => read += FrameReader.ReadBinary(input) is null ? 0 : 1);
        }

        Assert.True(read > 150, $"Only {read} were good enough to be read.");
    }

    [Fact]
    public void Catalogues_are_read_to_the_last_input_or_refused()
    {
        int read = 0;
        foreach (byte[] input in Mutation.Of([Encoding.UTF8.GetBytes(Samples.Catalogue)], 4, Each * 8))
        {
            Try(input, () =>
            {
                ComfyUINodeCatalogue catalogue = ComfyUINodeCatalogue.Parse(input);
                if (CatalogueCutter.TryCut(input) is { } cut)
                {
                    Assert.Equal(catalogue.Names, cut.Keys);
                }

                foreach (ComfyUINodeDefinition node in catalogue)
                {
                    Secrets.Everything.Of(node);
                    Assert.True(catalogue.TryGet(node.Name, out _));
                    read++;
                }
            }, e => e is ComfyUIException);
        }

        Assert.True(read > 150, $"Only {read} were good enough to be read.");
    }

    [Fact]
    public void Documents_of_the_wrong_shape_are_read_as_far_as_they_go()
    {
        string[] samples = [Samples.History, Samples.Queue, Samples.Logs, Samples.Rejected, Samples.Status, .. Samples.Recorded(entry => entry["response"]?["body"]?["json"] as JsonObject, 60)];
        var random = new Random(5);
        foreach (JsonObject sample in samples.Select(text => JsonText.Parse(text)).OfType<JsonObject>())
        {
            for (int i = 0; i < Each / 4; i++)
            {
                var document = (JsonObject)JsonText.Clone(sample)!;
                Scramble.Change(document, random, random.Next(0, 6));
                byte[] input = JsonText.WriteUtf8(document);
                Try(input, () => ReadAsEverything(document));
            }
        }
    }

    [Fact]
    public void Answers_of_any_kind_become_errors()
    {
        foreach (string body in Mutation.Of([Samples.Rejected, "<html><title>502 Bad Gateway</title></html>", """{"error":"text"}""", "plain words", "{\"error\":{\"message\":null}}"], 6, Each))
        {
            foreach (int status in new[] { 400, 404, 502 })
            {
                using var response = new HttpResponseMessage((HttpStatusCode)status);
                ComfyUIException? error = null;
                Try(Encoding.UTF8.GetBytes(body), () => error = ResponseErrors.From(response, body, "GET http://host/x", text => text));
                Assert.True(error!.Message.Length < 8000);
                Assert.DoesNotContain(error.Message + error.ServerMessage, c => char.IsControl(c) && c is not ('\n' or '\t'));
            }
        }
    }

    [Fact]
    public void Settings_files_are_read_or_refused_without_being_repeated()
    {
        int read = 0;
        foreach (string text in Mutation.Of([Samples.DotEnv, "A='hunter2\nB=hunter2", "hunter2", "COMFYUI_TOKEN=\"hunter2\\"], 7, Each * 4))
        {
            Try(Encoding.UTF8.GetBytes(text), () =>
            {
                Assert.All(DotEnvFile.Parse(text, "x.env").Keys, key => Assert.NotEmpty(key));
                read++;
            }, e => e is ComfyUIException error && !error.ToString().Contains("hunter2", StringComparison.Ordinal));
        }

        Assert.True(read > 150, $"Only {read} were good enough to be read.");
    }

    [Fact]
    public void Addresses_are_read_or_refused_and_never_shown_with_a_password()
    {
        foreach (string text in Mutation.Of(["http://me:hunter2@host:8188/path?token=hunter2&a=1#x", "https://me:hunter2@[::1]:8443", "b\u00FCcher.example:80/x", "http://host\\@evil/"], 8, Each * 4))
        {
            Try(Encoding.UTF8.GetBytes(text), () =>
            {
                Uri uri = ConnectionSettings.ParseUri(text);
                Uri server = Origin.Normalize(uri);
                Assert.Equal(string.Empty, server.UserInfo + server.Query + server.Fragment);
                Assert.True(Origin.Same(server, uri), "The address became another server's.");
                Assert.DoesNotContain("@", Redaction.Address(server).Split('/')[2], StringComparison.Ordinal);
                Assert.DoesNotContain("@", Redaction.Address(uri).Split('/')[2], StringComparison.Ordinal);
            }, e => e is ComfyUIException error && !error.ToString().Contains("hunter2", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Log_lines_that_never_end_cost_no_more_than_they_are_long()
    {
        const int Pieces = 100_000;
        string entries = string.Join(",", Enumerable.Range(0, Pieces).Select(i => $$"""{"t":"{{i}}","m":"\r{{i}} of many, and a bar that never comes to its end"}"""));
        var reader = new LogReader();

        Assert.Empty(reader.Read((JsonObject)JsonText.Parse("{\"entries\":[" + entries + "]}")!));
        Assert.StartsWith($"{Pieces - 1} of many", reader.Unfinished()!.Message);
    }

    private static void ReadAsEverything(JsonObject document)
    {
        foreach (HistoryEntry entry in HistoryEntry.ReadAll(document))
        {
            _ = entry.Error?.Invoke(text => text).Message;
            foreach (ComfyUIOutput output in OutputReader.Read(null, entry.Id, entry.Outputs, entry.Meta))
            {
                Assert.NotNull(output.ToString() + (output.FileName.Length > 0 ? output.ViewPath : string.Empty));
            }
        }

        Assert.All(QueueSnapshot.Read(document)?.All ?? [], item => Assert.NotNull(item.Id));
        new LogReader().Read(document).ForEach(line => Assert.DoesNotContain('\u001B', line.Message));
        LogReader.ReadText(JsonText.Write(document));
        _ = string.Join(" ", PromptErrors.Read(document["node_errors"], text => text));
        Secrets.Everything.Of(ComfyUIStatus.Read(new Uri("http://host/"), document, TimeSpan.Zero));
    }

    // There are fewer samples where the recordings are not at hand.
    private static void AssertRead(int read, string[] samples) => Assert.True(read > 3 * samples.Length, $"Only {read} were good enough to be read.");

    private static void Try(byte[] input, Action read, Func<Exception, bool>? isDocumented = null)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read();
        }
        catch (Exception e) when (isDocumented?.Invoke(e) == true)
        {
            // Refused as it should be.
        }
        catch (Exception e)
        {
            Assert.Fail($"{e.GetType().Name} for {Convert.ToBase64String(input)}:\n{e}");
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MaxAllocation, $"{allocated} bytes for {Convert.ToBase64String(input)}");
    }
}
