using System;
using System.Security.Authentication;
#if !NETSTANDARD2_0
using System.Collections.Generic;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
#endif

namespace ComfyUI.Client;

/// <summary>Says why the server's certificate is not accepted, and what can be done. Where the platform asks nobody, its own words stay.</summary>
internal sealed class CertificateRejection : AuthenticationException
{
    private CertificateRejection(string message, string advice)
        : base(message)
    {
        Advice = advice;
    }

    /// <summary>What the user can do.</summary>
    internal string Advice { get; }

    /// <summary>The one among an error's causes; null for none.</summary>
    internal static CertificateRejection? Find(Exception error)
    {
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is CertificateRejection found)
            {
                return found;
            }
        }

        return null;
    }

#if !NETSTANDARD2_0
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string Skip = " On a network you know, -SkipCertificateCheck accepts any certificate.";

    /// <summary>Accepts what the platform found no fault with. Anything else ends the handshake with the reason.</summary>
    internal static bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        => errors == SslPolicyErrors.None ? true : throw Explain((sender as SslStream)?.TargetHostName ?? "the server", certificate as X509Certificate2, chain, errors);

    private static CertificateRejection Explain(string host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return new CertificateRejection("the server shows no certificate.", "Ask who runs the server to give it a certificate, or use an http address.");
        }

        var reasons = new List<string>();
        string advice = string.Empty;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            reasons.Add($"it is for {Names(certificate)}, not for {host}");
            advice = "Connect by a name that the certificate is for.";
        }

        X509ChainStatusFlags flaws = Flaws(chain);
        if (flaws.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            bool isOver = certificate.NotAfter < DateTime.Now;
            reasons.Add(isOver ? $"it expired on {Day(certificate.NotAfter)}" : $"it, or a certificate above it, is not valid today (it is from {Day(certificate.NotBefore)} to {Day(certificate.NotAfter)})");
            advice = "Have the server's certificate renewed, and see that this machine's clock is right.";
        }

        if (flaws.HasFlag(X509ChainStatusFlags.Revoked))
        {
            reasons.Add("it has been revoked");
            advice = "Do not connect before who runs the server has explained this.";
        }

        if ((flaws & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            bool isOwn = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
            reasons.Add(isOwn ? "it is self-signed, and not trusted on this machine" : $"this machine does not trust its issuer '{Redaction.ServerLine(certificate.Issuer, 80)}'");
            advice = (isOwn ? "Trust the certificate on this machine." : "Trust the issuer's root certificate on this machine.") + (advice.Length == 0 ? string.Empty : " " + advice);
        }

        if (reasons.Count == 0)
        {
            reasons.Add($"the platform rejects it ({flaws})");
            advice = "Have the server's certificate corrected.";
        }

        string subject = Redaction.ServerLine(certificate.Subject, 80);
        return new CertificateRejection($"its certificate '{subject}' is not accepted: {string.Join("; ", reasons)}.", advice + Skip);
    }

    private static X509ChainStatusFlags Flaws(X509Chain? chain)
    {
        X509ChainStatusFlags flaws = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain?.ChainStatus ?? [])
        {
            flaws |= status.Status;
        }

        return flaws;
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (X509Extension extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == SubjectAlternativeName)
            {
                var alternatives = new X509SubjectAlternativeNameExtension(extension.RawData);
                names.AddRange(alternatives.EnumerateDnsNames());
                foreach (System.Net.IPAddress address in alternatives.EnumerateIPAddresses())
                {
                    names.Add(address.ToString());
                }
            }
        }

        return names.Count == 0 ? "no name" : Redaction.ServerLine(string.Join(", ", names), 120);
    }

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
#endif
}
