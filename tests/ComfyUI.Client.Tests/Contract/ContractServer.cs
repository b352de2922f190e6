using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Contract;

/// <summary>The servers that the contract tests run against: the test server, and the one that COMFYUI_TEST_BASE_URL names.</summary>
internal sealed class ContractServer : IAsyncDisposable
{
    /// <summary>The tests of one real server run one after the other: they share its queue and its cache.</summary>
    internal const string Collection = "contract";

    private const string Variable = "COMFYUI_TEST_BASE_URL";
    private const string Recorded = "test server";
    private const string Late = "test server of 2026";

    private readonly TestComfyServer? _own;
    private JsonObject? _nodes;

    private ContractServer(TestComfyServer? own, ComfyUISession session)
    {
        _own = own;
        Session = session;
    }

    /// <summary>The servers by name, for a theory.</summary>
    internal static TheoryData<string> Names => string.IsNullOrEmpty(RealAddress) ? [Recorded, Late] : [Recorded, Late, RealAddress];

    /// <summary>A colour that no run has had lately, so that nothing comes from the server's cache.</summary>
    internal static int Unique => (int)(DateTime.UtcNow.Ticks & 0xFFFFFF);

    internal ComfyUISession Session { get; }

    private static string? RealAddress => Environment.GetEnvironmentVariable(Variable);

    internal static async Task<ContractServer> StartAsync(string name)
    {
        TestComfyServer? own = name switch
        {
            Recorded => await TestComfyServer.StartAsync(cancellationToken: Scene.Cancel),
            Late => await TestComfyServer.StartAsync(new TestServerOptions { Generation = ServerGeneration.Late }, Scene.Cancel),
            _ => null,
        };
        ConnectionSettings settings = ConnectionSettings.Resolve(own?.BaseUri ?? ConnectionSettings.ParseUri(name), hasExplicitCredential: own is not null, null);
        return new ContractServer(own, new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = settings.BaseUri, Credential = settings.Credential }));
    }

    /// <summary>Skips the test when the server lacks a node class it needs.</summary>
    internal async Task RequireAsync(params string[] classes)
    {
        _nodes ??= (JsonObject)(await Session.Server.RequestAsync(System.Net.Http.HttpMethod.Get, "/object_info", cancellationToken: Scene.Cancel)).Json!;
        var missing = new List<string>();
        foreach (string name in classes)
        {
            if (!_nodes.ContainsKey(name))
            {
                missing.Add(name);
            }
        }

        Assert.SkipWhen(missing.Count > 0, $"The server at {Session.BaseUri} lacks the node class {string.Join(", ", missing)}.");
    }

    internal Task<ComfyUIJob> RunAsync(ComfyUIWorkflow workflow, TempFolder? folder = null) => Session.Jobs.RunAsync(
        workflow,
        new ComfyUIRunOptions { Save = folder is null ? null : new ComfyUISaveOptions { Folder = folder.FullName } },
        cancellationToken: Scene.Cancel);

    /// <summary>Waits until the server runs this job.</summary>
    internal async Task RunningAsync(string id)
    {
        while ((await Session.Jobs.GetAsync(id, Scene.Cancel)).Status == ComfyUIJobStatus.Pending)
        {
            await Task.Delay(20, Scene.Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }
}
