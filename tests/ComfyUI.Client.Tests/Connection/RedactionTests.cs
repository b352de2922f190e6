using System;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>What may be shown of addresses and of the server's words.</summary>
public sealed class RedactionTests
{
    [Theory]
    [InlineData("https://me:hunter2@host:8443/comfy/x", "https://host:8443/comfy/x")]
    [InlineData("https://hunter2@host/", "https://host/")]
    [InlineData("https://host/view?filename=a.png&token=hunter2", "https://host/view?filename=a.png&token=***")]
    [InlineData("https://host/?API_KEY=hunter2&x-amz-signature=hunter2&access_token=hunter2", "https://host/?API_KEY=***&x-amz-signature=***&access_token=***")]
    [InlineData("https://host/?t%6Fken=hunter2", "https://host/?token=***")]
    [InlineData("https://host/?sess%69on=hunter2&my%2Dkey=hunter2", "https://host/?session=***&my-key=***")]
    [InlineData("https://host/?token", "https://host/?token")]
    [InlineData("https://host/?a=1#hunter2", "https://host/?a=1")]
    public void An_address_shows_no_credentials(string address, string shown) => Assert.Equal(shown, Redaction.Address(new Uri(address)));

    [Fact]
    public void Text_of_the_server_cannot_drive_a_terminal_or_turn_the_line_around()
        => Assert.Equal("a [31mred  b\nc\td", Redaction.ServerText("\u0007a\u001B[31mred\u202E\u0000b\nc\td\r"));

    [Fact]
    public void Text_of_the_server_is_shortened()
    {
        Assert.Equal(Redaction.MaxServerText + 1, Redaction.ServerText(new string('x', 100_000)).Length);
        Assert.Equal(301, Redaction.ServerLine(new string('x', 100_000)).Length);
    }

    [Fact]
    public void A_credential_says_who_and_never_the_secret()
    {
        Assert.Equal("Basic (me)", ComfyUICredential.Basic("me", "hunter2").ToString());
        Assert.Equal("Bearer", ComfyUICredential.Bearer("hunter2").ToString());
    }

    [Fact]
    public void A_session_shows_its_address_without_the_user_information()
    {
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = new Uri("https://me:hunter2@host/comfy?token=hunter2") });

        Assert.Equal("https://host/comfy/", session.BaseUri.ToString());
        Assert.Equal("Basic (me)", session.Authentication);
        Assert.DoesNotContain("hunter2", session + session.Name);
    }
}
