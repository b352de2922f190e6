using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>
/// Jobs behind a proxy that breaks things at random: each is accounted for once, done with its files whole or failed for the true
/// reason, and none is run twice.
/// </summary>
public sealed class ChaosTests
{
    private const int Jobs = 40;
    private const int AtOnce = 8;

    [Theory]
    [InlineData(1, 0.15)]
    [InlineData(2, 0.3)]
    [InlineData(3, 0.3)]
    [InlineData(4, 0.45)]
    [InlineData(5, 0.6)]
    public async Task Every_job_is_accounted_for_once(int seed, double rate)
    {
        await using Chaos chaos = await Chaos.StartAsync(seed, rate);

        Outcome[] outcomes = await chaos.Scene.Clock.PassUntilAsync(chaos.RunAllAsync(), 0.05);

        Assert.All(outcomes, outcome => outcome.IsTrue(mayBeForgotten: false));
        Assert.NotEmpty(chaos.Proxy.Struck);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Every_job_is_accounted_for_once_while_the_server_restarts_too(int seed)
    {
        // Nobody can tell a prompt that was refused from one that was taken, denied by a proxy and then forgotten by the server.
        await using Chaos chaos = await Chaos.StartAsync(seed, 0.2, without: ChaosFault.ThrottleAfter);

        Task<Outcome[]> running = chaos.RunAllAsync();
        for (int taken = 5; taken <= 25; taken += 10)
        {
            await chaos.Scene.Clock.PassUntilAsync(() => chaos.Taken >= taken || running.IsCompleted, 0.05);
            await chaos.Scene.Server.RestartAsync(Scene.Cancel);
        }

        Outcome[] outcomes = await chaos.Scene.Clock.PassUntilAsync(running, 0.05);

        Assert.All(outcomes, outcome => outcome.IsTrue(mayBeForgotten: true));
    }

    private sealed class Chaos(Scene scene, ChaosProxy proxy) : IAsyncDisposable
    {
        internal Scene Scene => scene;

        internal ChaosProxy Proxy => proxy;

        /// <summary>How many prompts the server has taken.</summary>
        internal int Taken => Prompts("job-").Count();

        internal static async Task<Chaos> StartAsync(int seed, double rate, ChaosFault without = ChaosFault.None)
        {
            ChaosProxy? proxy = null;
            Scene scene = await Scene.StartAsync(null, (uri, clock) =>
            {
                proxy = new ChaosProxy(uri, seed, rate, without);
                return new ComfyUIConnectionOptions { BaseUri = proxy.BaseUri, Clock = clock };
            });
            return new Chaos(scene, proxy!);
        }

        public async ValueTask DisposeAsync()
        {
            scene.Session.Dispose();
            await proxy.DisposeAsync();
            await scene.DisposeAsync();
        }

        internal async Task<Outcome[]> RunAllAsync()
        {
            using var slots = new SemaphoreSlim(AtOnce);
            return await Task.WhenAll(Enumerable.Range(0, Jobs).Select(async index =>
            {
                await slots.WaitAsync(Scene.Cancel);
                try
                {
                    return await RunAsync(index);
                }
                finally
                {
                    slots.Release();
                }
            }));
        }

        /// <summary>The prompts with this name in them that the server has taken, once for each time.</summary>
        internal IEnumerable<RecordedRequest> Prompts(string name)
            => scene.Server.Requests.Find("POST", "/prompt").Where(request => request.Status == 200 && request.Body?.Contains(name, StringComparison.Ordinal) == true);

        private async Task<Outcome> RunAsync(int index)
        {
            string name = $"job-{index}-";
            bool fails = index % 6 == 5;
            ComfyUIWorkflow workflow = fails ? Graphs.Failing(index, name)
                : index % 3 == 1 ? Graphs.Slow(0.05, 10, index, name)
                : Graphs.Picture(index, name, 64);
            try
            {
                ComfyUIJob job = await scene.Session.Jobs.RunAsync(workflow, scene.Saving, cancellationToken: Scene.Cancel);
                return new Outcome(this, name, fails, job, null);
            }
            catch (ComfyUIException e)
            {
                return new Outcome(this, name, fails, null, e);
            }
        }
    }

    private sealed record Outcome(Chaos Chaos, string Name, bool Fails, ComfyUIJob? Job, ComfyUIException? Error)
    {
        internal void IsTrue(bool mayBeForgotten)
        {
            int taken = Chaos.Prompts(Name).Count();
            Assert.True(taken <= 1, $"{Name} was run {taken} times.");
            if (Job is null)
            {
                Assert.True(Error!.ErrorId is ComfyUIErrorId.SubmissionUnknown or ComfyUIErrorId.ConnectionFailed or ComfyUIErrorId.TooManyRequests, $"{Name}: {Error}");
                Assert.True(taken == 0 || (mayBeForgotten && Error.ErrorId == ComfyUIErrorId.SubmissionUnknown), $"{Name} is on the server: {Error}");
                return;
            }

            Assert.True(taken == 1, $"{Name} is {Job.Status} and was never taken: {Job.Error}");
            if (mayBeForgotten && Job.Status == ComfyUIJobStatus.Lost)
            {
                Assert.Equal(ComfyUIErrorId.JobLost, Job.Error!.ErrorId);
            }
            else if (Fails)
            {
                Assert.True(Job.Status == ComfyUIJobStatus.Failed, $"{Name} is {Job.Status}: {Job.Error}");
                Assert.Equal(ComfyUIErrorId.ExecutionFailed, Job.Error!.ErrorId);
            }
            else
            {
                Assert.True(Job.Status == ComfyUIJobStatus.Completed && Job.Error is null, $"{Name} is {Job.Status}: {Job.Error}");
                FileInfo file = Assert.Single(Job.Files);
                Assert.Equal(File.ReadAllBytes(Path.Combine(Chaos.Scene.Server.OutputDirectory, Job.Outputs[0].FileName)), File.ReadAllBytes(file.FullName));
            }
        }
    }
}
