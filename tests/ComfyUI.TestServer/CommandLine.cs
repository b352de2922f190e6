using System;
using System.Collections.Generic;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace ComfyUI.TestServer;

/// <summary>The command line of the server as a process.</summary>
internal sealed record CommandLine(TestServerOptions Options, int? ChaosSeed, double ChaosRate, bool ExitOnStdinClose, bool ShowHelp)
{
    public const string Usage = """
        Usage: ComfyUI.TestServer [options]
          --port N                        port on 127.0.0.1; 0 (default) takes a free one
          --username U --password P       require basic authentication
          --bearer-token T                require this bearer token
          --path-prefix /X                serve below a path
          --https                         speak https with a certificate made for the run
          --certificate FILE              speak https with this PKCS#12 file
          --certificate-password P        its password
          --require-client-certificate    refuse clients without a certificate
          --session-cookie NAME           set this cookie and require it back
          --base-directory DIR            folder of input, output, temp and user
          --output-directory DIR          another folder for output
          --max-upload-size MB            largest request body
          --discard-uploads               read uploads and forget them
          --object-info FILE              give this as /object_info, whatever can be run
          --enable-compress-response-body gzip for JSON and text
          --enable-cors-header            no origin check
          --generation G                  early, recorded (default) or late: a server of 2024, 2025 or 2026
          --ignore-prompt-id              make own prompt ids, as old servers do
          --interrupt-ignores-prompt-id   interrupt whatever runs, as old servers do
          --lora NAME                     one more choice of LoraLoader
          --user ID=NAME                  serve several users, this one among them
          --sampler-step-ms N             time of one KSampler step
          --comfy-version V               version that /system_stats shows
          --gateway                       only GET /status and POST /api/workflow
          --chaos-seed N                  put a proxy before it that breaks things; the address shown is the proxy's
          --chaos-rate R                  the part of requests it strikes; 0.2 (default) is every fifth
          --exit-on-stdin-close           end when standard input closes
          --help                          show this
        """;

    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        var options = new TestServerOptions();
        bool onStdin = false, help = false;
        int? chaosSeed = null;
        var chaosRate = 0.2;
        string? certificate = null, certificatePassword = null;
        for (var at = 0; at < args.Count; at++)
        {
            string Next() => ++at < args.Count ? args[at] : throw new ArgumentException($"{args[at - 1]} needs a value.");
            int Number() => int.Parse(Next(), CultureInfo.InvariantCulture);
            switch (args[at])
            {
                case "--port": options = options with { Port = Number() }; break;
                case "--username": options = options with { UserName = Next() }; break;
                case "--password": options = options with { Password = Next() }; break;
                case "--bearer-token": options = options with { BearerToken = Next() }; break;
                case "--path-prefix": options = options with { PathPrefix = Next() }; break;
                case "--https": options = options with { Certificate = TestCertificate.Create() }; break;
                case "--certificate": certificate = Next(); break;
                case "--certificate-password": certificatePassword = Next(); break;
                case "--require-client-certificate": options = options with { RequireClientCertificate = true }; break;
                case "--lora": options = options with { Loras = [.. options.Loras, Next()] }; break;
                case "--user":
                    var user = Next().Split('=', 2);
                    options = options with { Users = new Dictionary<string, string>(options.Users ?? new Dictionary<string, string>()) { [user[0]] = user[^1] } };
                    break;
                case "--session-cookie": options = options with { SessionCookie = Next() }; break;
                case "--base-directory": options = options with { BaseDirectory = Next() }; break;
                case "--output-directory": options = options with { OutputDirectory = Next() }; break;
                case "--max-upload-size":
                    var megabytes = double.Parse(Next(), CultureInfo.InvariantCulture);
                    options = options with { MaxUploadSize = (long)(megabytes * 1024 * 1024), MaxUploadSizeAsFloat = true };
                    break;
                case "--discard-uploads": options = options with { DiscardUploads = true }; break;
                case "--object-info": options = options with { ObjectInfoPath = Next() }; break;
                case "--enable-compress-response-body": options = options with { CompressResponses = true }; break;
                case "--enable-cors-header": options = options with { AllowAnyOrigin = true }; break;
                case "--generation":
                    options = options with { Generation = Enum.TryParse(Next(), ignoreCase: true, out ServerGeneration generation)
                        ? generation
                        : throw new ArgumentException($"No generation {args[at]}.") };
                    break;
                case "--ignore-prompt-id": options = options with { IgnoreClientPromptId = true }; break;
                case "--interrupt-ignores-prompt-id": options = options with { InterruptIgnoresPromptId = true }; break;
                case "--sampler-step-ms": options = options with { SamplerStepTime = TimeSpan.FromMilliseconds(Number()) }; break;
                case "--comfy-version": options = options with { ComfyVersion = Next() }; break;
                case "--gateway": options = options with { Gateway = true }; break;
                case "--chaos-seed": chaosSeed = Number(); break;
                case "--chaos-rate": chaosRate = double.Parse(Next(), CultureInfo.InvariantCulture); break;
                case "--exit-on-stdin-close": onStdin = true; break;
                case "--help" or "-h": help = true; break;
                default: throw new ArgumentException($"Unknown option {args[at]}.");
            }
        }

        if (certificate is not null)
        {
            options = options with { Certificate = X509CertificateLoader.LoadPkcs12FromFile(certificate, certificatePassword) };
        }

        return new CommandLine(options, chaosSeed, chaosRate, onStdin, help);
    }
}
