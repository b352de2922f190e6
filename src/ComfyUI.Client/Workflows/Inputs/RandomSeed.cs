using System;
using System.Security.Cryptography;

namespace ComfyUI.Client;

/// <summary>Random seeds as the browser makes them.</summary>
internal static class RandomSeed
{
    /// <summary>One more than the largest: 2^50, below which every reader of JSON keeps a number exact.</summary>
    internal const ulong Limit = 1UL << 50;

    /// <summary>A seed from 0 to 2^50-1.</summary>
    internal static ulong Next()
    {
        byte[] bytes = new byte[8];
        using (var generator = RandomNumberGenerator.Create())
        {
            generator.GetBytes(bytes);
        }

        return BitConverter.ToUInt64(bytes, 0) % Limit;
    }

    /// <summary>A number between two limits, in steps from the lower one; limits beyond 2^50 either way count as that.</summary>
    internal static decimal Between(decimal minimum, decimal maximum, decimal step)
    {
        decimal least = Math.Max(minimum, -(decimal)Limit);
        decimal most = Math.Min(maximum, Limit);
        decimal steps = Math.Max(0, decimal.Floor((most - least) / step));
        return least + (decimal.Floor(steps * Next() / Limit) * step);
    }
}
