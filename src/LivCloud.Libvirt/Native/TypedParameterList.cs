namespace LivCloud.Libvirt.Native;

/// <summary>A list of virTypedParameter that is built for one call and freed with it.</summary>
/// <remarks>Throws <see cref="LibvirtException"/> when libvirt refuses a parameter, such as a name of more than 79 bytes.</remarks>
internal sealed class TypedParameterList : IDisposable
{
    private nint _parameters;
    private int _count;
    private int _capacity;

    internal nint Pointer => _parameters;

    internal uint Count => (uint)_count;

    internal void Add(string name, string? value)
    {
        if (value is not null)
        {
            Check(LibVirt.virTypedParamsAddString(ref _parameters, ref _count, ref _capacity, name, value), name);
        }
    }

    internal void Add(string name, int? value)
    {
        if (value is { } number)
        {
            Check(LibVirt.virTypedParamsAddInt(ref _parameters, ref _count, ref _capacity, name, number), name);
        }
    }

    internal void Add(string name, ulong? value)
    {
        if (value is { } number)
        {
            Check(LibVirt.virTypedParamsAddULLong(ref _parameters, ref _count, ref _capacity, name, number), name);
        }
    }

    public void Dispose()
    {
        LibVirt.virTypedParamsFree(_parameters, _count);
        (_parameters, _count, _capacity) = (0, 0, 0);
    }

    private static void Check(int result, string name)
    {
        if (result < 0)
        {
            throw LibvirtErrors.Last($"set the parameter {name}", connection: null);
        }
    }
}
