using System.Reflection;
using System.Runtime.Versioning;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>These tests are compiled twice: once against each build of the client.</summary>
public sealed class BuildUnderTestTests
{
#if CLIENT_NETSTANDARD
    private const string Expected = ".NETStandard,Version=v2.0";
#else
    private const string Expected = ".NETCoreApp,Version=v8.0";
#endif

    [Fact]
    public void The_client_under_test_is_the_build_this_project_is_for()
        => Assert.Equal(Expected, typeof(ComfyUISession).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);
}
