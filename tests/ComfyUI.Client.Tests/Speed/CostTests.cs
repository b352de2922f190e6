using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>Speed as far as a test may know it: what is asked and what is allocated. Times are for benchmarks.</summary>
public class CostTests
{
    [Fact]
    public async Task A_run_takes_three_requests_and_all_runs_share_one_socket()
    {
        await using Scene scene = await Scene.StartAsync();
        for (int color = 1; color <= 2; color++)
        {
            ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(color), scene.Saving, cancellationToken: Scene.Cancel);
            Assert.Null(job.Error);
        }

        Assert.Equal(1, scene.Count("GET", "/ws"));
        Assert.Equal(
            ["POST /prompt", "GET /history", "GET /view", "POST /prompt", "GET /history", "GET /view"],
            scene.Server.Requests.Where(request => !request.Path.StartsWith("/ws", StringComparison.Ordinal)).Select(request => request.Method + " /" + request.Path.Split('/', '?')[1]));
    }

    [Fact]
    public async Task Many_runs_at_once_take_three_requests_each()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIWorkflow workflow = Graphs.Picture(1);
        ComfyUIJob[] jobs = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => scene.Session.Jobs.RunAsync(workflow, scene.Saving, cancellationToken: Scene.Cancel)));
        Assert.All(jobs, job => Assert.Null(job.Error));
        Assert.Equal(301, scene.Server.Requests.Count);
    }

    [Theory]
    [InlineData("""{"type": "progress", "data": {"value": 7, "max": 20, "prompt_id": "2f1dd1b2-2a9c-4b5c-8f43-5a2f0f0c7a11", "node": "3"}}""", 600)]
    [InlineData("""{"type": "executing", "data": {"node": "3", "display_node": "3", "prompt_id": "2f1dd1b2-2a9c-4b5c-8f43-5a2f0f0c7a11"}}""", 600)]
    [InlineData("""{"type": "somebodys.monitor", "data": {"cpu": 12.5, "gpus": [{"used": 1, "of": 2}, {"used": 1, "of": 2}, {"used": 1, "of": 2}]}}""", 300)]
    public void A_frame_costs_no_more_than_its_event(string frame, int most)
    {
        const int Times = 200;
        byte[] utf8 = Encoding.UTF8.GetBytes(frame);
        Read(Times);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(Times);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Times, 0, most);

        void Read(int times)
        {
            for (int i = 0; i < times; i++)
            {
                Assert.NotNull(FrameReader.ReadText(utf8));
            }
        }
    }
}
