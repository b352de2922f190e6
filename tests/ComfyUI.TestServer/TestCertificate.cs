using System;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ComfyUI.TestServer;

/// <summary>Certificates for tests, made on the spot.</summary>
public static class TestCertificate
{
    /// <summary>A certificate for localhost, 127.0.0.1 and ::1 with its private key, good for a day; as a client's it will do too.</summary>
    /// <param name="subject">Whose it is.</param>
    /// <param name="host">The one name that it is for instead; null for those of this machine.</param>
    /// <param name="issuer">Who signs it; null for nobody but itself.</param>
    /// <param name="isExpired">Whether its time was over an hour ago.</param>
    public static X509Certificate2 Create(string subject = "CN=localhost", string? host = null, X509Certificate2? issuer = null, bool isExpired = false)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host ?? "localhost");
        if (host is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var now = DateTimeOffset.UtcNow;
        var (from, to) = isExpired ? (now.AddHours(-20), now.AddHours(-1)) : (now.AddHours(-1), now.AddDays(1));
        using var signed = issuer is null ? request.CreateSelfSigned(from, to) : request.Create(issuer, from, to, RandomNumberGenerator.GetBytes(8));
        using var made = issuer is null ? signed : signed.CopyWithPrivateKey(key);
        // A round trip through PKCS#12: on Windows TLS cannot use a key that lives in memory only.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>An authority that signs others, which nobody has heard of yet.</summary>
    public static X509Certificate2 CreateAuthority(string subject = "CN=Test authority")
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
    }
}
