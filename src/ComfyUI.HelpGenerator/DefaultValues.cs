using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;

namespace ComfyUI.HelpGenerator;

/// <summary>
/// Finds what <c>public int ThrottleLimit { get; set; } = 4;</c> starts with. The constructor cannot be run here, so its instructions are
/// read: a constant that goes straight into the property's field.
/// </summary>
internal static class DefaultValues
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    /// <summary>The default as text; null when it is none that a user would want to know.</summary>
    public static string? Find(PropertyInfo property)
    {
        var type = TypeNames.Plain(property.PropertyType);
        if (type.Name == "SwitchParameter")
        {
            return "False";
        }

        var constant = Constructors(property.DeclaringType!).Select(c => Assigned(c, $"<{property.Name}>k__BackingField")).FirstOrDefault(v => v is not null);
        return constant switch
        {
            null or "" or int.MaxValue or double.MaxValue => null,
            int number when type.IsEnum => Enum.ToObject(type, number).ToString(),
            int number when type == typeof(bool) => number != 0 ? "True" : "False",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => constant.ToString(),
        };
    }

    private static ConstructorInfo[] Constructors(Type type) => type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance);

    private static object? Assigned(ConstructorInfo constructor, string field)
    {
        var code = constructor.GetMethodBody()?.GetILAsByteArray() ?? [];
        object? last = null;
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? (short)(0xFE00 | code[++at]) : code[at];
            var instruction = OpCodesByValue[value];
            var operand = code.AsSpan(++at);
            if (instruction == OpCodes.Stfld && constructor.Module.ResolveField(BinaryPrimitives.ReadInt32LittleEndian(operand))!.Name == field)
            {
                return last;
            }

            last = Constant(constructor.Module, instruction, operand);
            at += Size(instruction, operand);
        }

        return null;
    }

    private static object? Constant(Module module, OpCode instruction, ReadOnlySpan<byte> operand) => instruction.Name switch
    {
        "ldc.i4" => BinaryPrimitives.ReadInt32LittleEndian(operand),
        "ldc.i4.s" => (int)(sbyte)operand[0],
        "ldc.i4.m1" => -1,
        "ldc.i8" => BinaryPrimitives.ReadInt64LittleEndian(operand),
        "ldc.r8" => BinaryPrimitives.ReadDoubleLittleEndian(operand),
        "ldstr" => module.ResolveString(BinaryPrimitives.ReadInt32LittleEndian(operand)),
        { } name when name.StartsWith("ldc.i4.", StringComparison.Ordinal) => name[^1] - '0',
        _ => null,
    };

    private static int Size(OpCode instruction, ReadOnlySpan<byte> operand) => instruction.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand)),
        _ => 4,
    };
}
