using System;
using System.Collections.Generic;
using System.IO;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>Where the server is and who we are: what was given beats the environment, which beats the file.</summary>
public sealed class ConnectionSettingsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_anything_it_is_the_local_server_and_no_credentials()
    {
        ConnectionSettings settings = Resolve();

        Assert.Equal("http://127.0.0.1:8188/", settings.BaseUri.ToString());
        Assert.Null(settings.Credential);
        Assert.Empty(settings.Warnings);
    }

    [Theory]
    [InlineData("http://given/", "http://environment/", "http://file/", "http://given/")]
    [InlineData(null, "http://environment/", "http://file/", "http://environment/")]
    [InlineData(null, "  ", "http://file/", "http://file/")]
    [InlineData(null, null, "http://file/", "http://file/")]
    public void The_address_given_beats_the_environment_which_beats_the_file(string? given, string? environment, string? file, string expected)
    {
        InEnvironment("COMFYUI_BASE_URL", environment);

        Assert.Equal(expected, Resolve(given, InFile($"COMFYUI_BASE_URL={file}")).BaseUri.ToString());
    }

    [Fact]
    public void Credentials_of_the_environment_beat_those_of_the_file()
    {
        InEnvironment("COMFYUI_TOKEN", "from-environment");

        ConnectionSettings settings = Resolve(file: InFile("COMFYUI_USERNAME=u\nCOMFYUI_PASSWORD=p"));

        Assert.Equal("Bearer", settings.Credential!.Scheme);
        Assert.Equal("from-environment", settings.Credential.Reveal());
    }

    [Fact]
    public void User_and_password_are_never_put_together_from_two_sources()
    {
        InEnvironment("COMFYUI_USERNAME", "environment-user");

        ConnectionSettings settings = Resolve(file: InFile("COMFYUI_PASSWORD=file-password"));

        Assert.Null(settings.Credential);
        Assert.Equal(2, settings.Warnings.Count);
    }

    [Fact]
    public void A_whole_pair_of_the_file_is_used_where_the_environment_has_half_a_pair()
    {
        InEnvironment("COMFYUI_USERNAME", "environment-user");

        ConnectionSettings settings = Resolve(file: InFile("COMFYUI_USERNAME=file-user\nCOMFYUI_PASSWORD=file-password"));

        Assert.Equal("file-user", settings.Credential!.UserName);
        Assert.Equal("COMFYUI_USERNAME is set but COMFYUI_PASSWORD is not, so it is not used. Set both, or neither.", Assert.Single(settings.Warnings));
    }

    [Theory]
    [InlineData("COMFYUI_USERNAME", "COMFYUI_PASSWORD")]
    [InlineData("COMFYUI_PASSWORD", "COMFYUI_USERNAME")]
    public void Half_a_pair_is_a_warning_that_names_the_missing_half_and_no_authentication(string set, string missing)
    {
        InEnvironment(set, "s3cret");

        ConnectionSettings settings = Resolve();

        Assert.Null(settings.Credential);
        string warning = Assert.Single(settings.Warnings);
        Assert.Contains($"{set} is set but {missing} is not", warning);
        Assert.DoesNotContain("s3cret", warning);
    }

    [Fact]
    public void With_credentials_given_none_are_looked_for_and_nothing_is_warned_of()
    {
        InEnvironment("COMFYUI_USERNAME", "half");

        ConnectionSettings settings = ConnectionSettings.Resolve(null, hasExplicitCredential: true, null, Get);

        Assert.Null(settings.Credential);
        Assert.Empty(settings.Warnings);
    }

    [Theory]
    [InlineData("http://here:8188/other/path", true)]
    [InlineData("HTTP://HERE:8188", true)]
    [InlineData("https://here:8188/", false)]
    [InlineData("http://here:8189/", false)]
    [InlineData("http://there:8188/", false)]
    public void Credentials_go_to_the_origin_of_the_configured_address_only(string given, bool sent)
    {
        InEnvironment("COMFYUI_BASE_URL", "http://here:8188/comfy");
        InEnvironment("COMFYUI_TOKEN", "t0ken");

        ConnectionSettings settings = Resolve(given);

        Assert.Equal(sent, settings.Credential is not null);
        Assert.Equal(sent ? 0 : 1, settings.Warnings.Count);
        Assert.DoesNotContain(settings.Warnings, warning => warning.Contains("t0ken"));
    }

    [Fact]
    public void Credentials_of_a_file_that_names_its_server_do_not_go_to_the_server_of_the_environment()
    {
        InEnvironment("COMFYUI_BASE_URL", "http://environment/");

        ConnectionSettings settings = Resolve(file: InFile("COMFYUI_BASE_URL=http://file/\nCOMFYUI_TOKEN=files"));

        Assert.Equal("http://environment/", settings.BaseUri.ToString());
        Assert.Null(settings.Credential);
        Assert.Single(settings.Warnings);
    }

    [Fact]
    public void Without_a_configured_address_the_credentials_go_where_the_caller_says()
    {
        InEnvironment("COMFYUI_TOKEN", "t0ken");

        Assert.NotNull(Resolve("http://anywhere/").Credential);
    }

    [Fact]
    public void User_information_in_the_address_given_beats_the_environment()
    {
        InEnvironment("COMFYUI_TOKEN", "of-the-environment");

        ConnectionSettings settings = Resolve("https://me:my%20word@here/comfy/");

        Assert.Equal("Basic (me)", settings.Credential!.ToString());
        Assert.Equal("my word", settings.Credential.Reveal());
        Assert.Equal("https://here/comfy/", settings.BaseUri.ToString());
    }

    [Fact]
    public void User_information_in_the_environments_address_beats_the_file()
    {
        InEnvironment("COMFYUI_BASE_URL", "https://me:word@here/");

        ConnectionSettings settings = Resolve(file: InFile("COMFYUI_TOKEN=of-the-file"));

        Assert.Equal("Basic (me)", settings.Credential!.ToString());
        Assert.DoesNotContain("word", settings.BaseUri.ToString());
    }

    [Fact]
    public void A_user_name_that_basic_authentication_cannot_carry_is_a_wrong_setting()
    {
        InEnvironment("COMFYUI_USERNAME", "a:b");
        InEnvironment("COMFYUI_PASSWORD", "s3cret");

        var error = Assert.Throws<ComfyUIException>(() => Resolve());

        Assert.Equal(ComfyUIErrorId.InvalidConfiguration, error.ErrorId);
        Assert.DoesNotContain("s3cret", error.ToString());
    }

    [Fact]
    public void A_wrong_address_of_the_environment_does_no_harm_when_another_is_given()
    {
        InEnvironment("COMFYUI_BASE_URL", "ftp://wrong");

        Assert.Equal("http://given/", Resolve("http://given/").BaseUri.ToString());
        Assert.Equal(ComfyUIErrorId.InvalidConfiguration, Assert.Throws<ComfyUIException>(() => Resolve()).ErrorId);
    }

    [Theory]
    [InlineData("localhost:8188", "http://localhost:8188/")]
    [InlineData(" 10.0.0.5:8188/comfy ", "http://10.0.0.5:8188/comfy")]
    [InlineData("gpu.example", "http://gpu.example/")]
    [InlineData("https://gpu.example:8443/comfy/", "https://gpu.example:8443/comfy/")]
    [InlineData("[::1]:8188", "http://[::1]:8188/")]
    public void An_address_is_read_as_people_type_it(string text, string expected)
        => Assert.Equal(expected, ConnectionSettings.ParseUri(text).AbsoluteUri);

    [Theory]
    [InlineData("ftp://hunter2/")]
    [InlineData("http://")]
    [InlineData("http://hunter2:99999/")]
    [InlineData("hunter2 with spaces")]
    [InlineData("")]
    [InlineData("file:///hunter2")]
    public void What_is_no_address_is_refused_without_repeating_it(string text)
    {
        var error = Assert.Throws<ComfyUIException>(() => ConnectionSettings.ParseUri(text));

        Assert.Equal(ComfyUIErrorId.InvalidConfiguration, error.ErrorId);
        Assert.DoesNotContain("hunter2", error.ToString());
        Assert.Contains("http://127.0.0.1:8188", error.RecommendedAction);
    }

    private ConnectionSettings Resolve(string? given = null, string? file = null)
        => ConnectionSettings.Resolve(given is null ? null : new Uri(given), hasExplicitCredential: false, file, Get);

    private string? Get(string name) => _environment.TryGetValue(name, out string? value) ? value : null;

    private void InEnvironment(string name, string? value)
    {
        if (value is not null)
        {
            _environment[name] = value;
        }
    }

    private string InFile(string text)
    {
        File.WriteAllText(_folder["settings.env"], text);
        return _folder["settings.env"];
    }
}
