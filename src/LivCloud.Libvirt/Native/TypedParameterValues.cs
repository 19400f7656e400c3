using System.Diagnostics.CodeAnalysis;

namespace LivCloud.Libvirt.Native;

/// <summary>What a list of virTypedParameter held, copied.</summary>
internal sealed class TypedParameterValues
{
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Copies a native list, which stays its owner's.</summary>
    internal static unsafe TypedParameterValues Copy(nint parameters, int count)
    {
        var values = new TypedParameterValues();

        // SAFETY: the caller passes what libvirt gave it: count elements of 96 bytes, alive until the caller frees or returns them;
        // a text value is a C string that belongs to its element.
        var elements = new ReadOnlySpan<NativeTypedParameter>((void*)parameters, count);
        foreach (ref readonly var element in elements)
        {
            fixed (byte* field = element.Field)
            {
                values.Add(NativeText.FromField(field, 80), element.Type, element.Value);
            }
        }

        return values;
    }

    internal bool TryGet(string field, out long value) => _numbers.TryGetValue(field, out value);

    internal bool TryGetText(string field, [NotNullWhen(true)] out string? value) => _texts.TryGetValue(field, out value);

    internal long Number(string field) => _numbers.GetValueOrDefault(field);

    internal IEnumerable<string> Fields => _numbers.Keys.Concat(_texts.Keys);

    // The types are virTypedParameterType of libvirt-common.h; one that is newer than this code is left out.
    private void Add(string field, int type, ulong value)
    {
        switch (type)
        {
            case 1: // VIR_TYPED_PARAM_INT
                _numbers[field] = unchecked((int)value);
                break;
            case 2: // VIR_TYPED_PARAM_UINT
                _numbers[field] = unchecked((uint)value);
                break;
            case 3: // VIR_TYPED_PARAM_LLONG
                _numbers[field] = unchecked((long)value);
                break;
            case 4: // VIR_TYPED_PARAM_ULLONG
                _numbers[field] = (long)Math.Min(value, long.MaxValue);
                break;
            case 5: // VIR_TYPED_PARAM_DOUBLE
                _numbers[field] = (long)BitConverter.UInt64BitsToDouble(value);
                break;
            case 6: // VIR_TYPED_PARAM_BOOLEAN
                _numbers[field] = (byte)value == 0 ? 0 : 1;
                break;
            case 7: // VIR_TYPED_PARAM_STRING
                _texts[field] = NativeText.Borrow((nint)value) ?? "";
                break;
        }
    }
}
