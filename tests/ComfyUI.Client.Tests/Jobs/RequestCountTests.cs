using System.IO;
using System.Linq;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>A run with a healthy socket asks the server no more than it must.</summary>
public sealed class RequestCountTests
{
    [Fact]
    public async Task A_short_run_makes_one_upgrade_one_post_one_history_and_one_get_a_file()
    {
        await using TestComfyServer server = await TestComfyServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var folder = new TempFolder();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = server.BaseUri });

        ComfyUIJob job = await session.Jobs.RunAsync(
            Graphs.Picture(1, batch: 2),
            new ComfyUIRunOptions { Save = new ComfyUISaveOptions { Folder = folder.FullName } },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(2, job.Files.Count);
        Assert.All(job.Files, file => Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(file.FullName)[1..4]));
        string[] requests = [.. server.Requests.Select(request => $"{request.Method} {request.Path.Split('?')[0]}")];
        Assert.Equal(["GET /ws", "POST /prompt", $"GET /history/{job.Id}", "GET /view", "GET /view"], requests);
    }
}
