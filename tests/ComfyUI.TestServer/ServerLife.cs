using System;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>What is made anew at every (re)start: the simulated process and the routes into it.</summary>
internal sealed class ServerLife : IAsyncDisposable
{
    // What a server of late 2024 answers with 404 or 405.
    private static readonly string[] NotYetThere =
        ["/features", "/internal/logs/raw", "/internal/logs/subscribe", "/experiment/", "/v2/", "/workflow_templates", "/api/workflow_templates", "/i18n"];

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
        switch (options.Generation)
        {
            case ServerGeneration.Early:
                Router.Remove(NotYetThere);
                break;
            case ServerGeneration.Late:
                new JobRoutes(Process).AddTo(Router);
                break;
        }
    }

    public ServerProcess Process { get; }

    public SocketEndpoint Sockets { get; }

    public Router Router { get; }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
