using System;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>What is made anew at every (re)start: the simulated process and the routes into it.</summary>
internal sealed class ServerLife : IAsyncDisposable
{
    public ServerLife(TestServerOptions options, ServerFiles files, FaultPlan faults)
    {
        Process = new ServerProcess(options, files);
        Sockets = new SocketEndpoint(Process, faults);
        Router = new Router();
        if (options.Gateway)
        {
            new GatewayRoutes(options).AddTo(Router);
            return;
        }

        new InfoRoutes(Process).AddTo(Router);
        new ModelRoutes(options).AddTo(Router);
        new PromptRoutes(Process).AddTo(Router);
        new ViewRoutes(files).AddTo(Router);
        new UploadRoutes(Process).AddTo(Router);
        new UserRoutes(Process).AddTo(Router);
        new UserDataRoutes(Process).AddTo(Router);
    }

    public ServerProcess Process { get; }

    public SocketEndpoint Sockets { get; }

    public Router Router { get; }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
