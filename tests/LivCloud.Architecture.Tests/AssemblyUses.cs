using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace LivCloud.Architecture.Tests;

/// <summary>What the types of an assembly use, read from its metadata and its code.</summary>
internal sealed class AssemblyUses : IDisposable
{
    private static readonly Dictionary<short, OperandType> Operands = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value, code => code.OperandType);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public AssemblyUses(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
    }

    /// <summary>The names of the assemblies that it refers to.</summary>
    public IReadOnlyList<string> References =>
        [.. _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name))];

    /// <summary>The types that declare native functions.</summary>
    public IReadOnlyList<string> NativeCallers =>
        [.. _metadata.MethodDefinitions
            .Select(_metadata.GetMethodDefinition)
            .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
            .Select(method => NameOf(method.GetDeclaringType()))
            .Distinct()];

    /// <summary>Each pair of a type and another's type ("A.B") or member ("A.B.C") that it uses, in signatures or code.</summary>
    public IEnumerable<(string User, string Used)> All() =>
        _metadata.TypeDefinitions.SelectMany(handle => UsesOf(handle).Select(used => (NameOf(handle), used)));

    public void Dispose() => _file.Dispose();

    private HashSet<string> UsesOf(TypeDefinitionHandle handle)
    {
        var collector = new NameCollector(this);
        var type = _metadata.GetTypeDefinition(handle);
        foreach (var field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            field.DecodeSignature(collector, null);
        }

        foreach (var method in type.GetMethods().Select(_metadata.GetMethodDefinition))
        {
            method.DecodeSignature(collector, null);
            if (method.RelativeVirtualAddress > 0)
            {
                ReadBody(_file.GetMethodBody(method.RelativeVirtualAddress), collector);
            }
        }

        return collector.Names;
    }

    private void ReadBody(MethodBodyBlock body, NameCollector collector)
    {
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(collector, null);
        }

        var code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            short value = code.ReadByte();
            value = value == 0xfe ? (short)(0xfe00 | code.ReadByte()) : value;
            switch (Operands[value])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    Collect(MetadataTokens.EntityHandle(code.ReadInt32()), collector);
                    break;
                case OperandType.InlineSwitch:
                    // In two steps: a compound assignment would take the offset before the count was read.
                    var targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                case OperandType.InlineBrTarget or OperandType.InlineI or OperandType.InlineSig or OperandType.InlineString or OperandType.ShortInlineR:
                    code.Offset += 4;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                default:
                    break;
            }
        }
    }

    private void Collect(EntityHandle handle, NameCollector collector)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                collector.GetTypeFromReference(_metadata, (TypeReferenceHandle)handle, 0);
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(collector, null);
                break;
            case HandleKind.MethodSpecification:
                var generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                generic.DecodeSignature(collector, null);
                Collect(generic.Method, collector);
                break;
            case HandleKind.MemberReference:
                var member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Collect(member.Parent, collector);
                if (member.Parent.Kind == HandleKind.TypeReference)
                {
                    collector.Names.Add($"{NameOf((TypeReferenceHandle)member.Parent)}.{_metadata.GetString(member.Name)}");
                }

                break;
            default:
                break;
        }
    }

    private string NameOf(TypeReferenceHandle handle)
    {
        var type = _metadata.GetTypeReference(handle);
        var name = _metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf((TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : $"{_metadata.GetString(type.Namespace)}.{name}";
    }

    private string NameOf(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var name = _metadata.GetString(type.Name);
        return type.GetDeclaringType().IsNil ? $"{_metadata.GetString(type.Namespace)}.{name}" : $"{NameOf(type.GetDeclaringType())}.{name}";
    }

    // Every name that a signature refers to; what the signature is does not matter.
    private sealed class NameCollector(AssemblyUses uses) : ISignatureTypeProvider<int, object?>
    {
        public HashSet<string> Names { get; } = [];

        public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            Names.Add(uses.NameOf(handle));
            return 0;
        }

        public int GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => 0;

        public int GetArrayType(int elementType, ArrayShape shape) => 0;

        public int GetByReferenceType(int elementType) => 0;

        public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

        public int GetGenericInstantiation(int genericType, ImmutableArray<int> typeArguments) => 0;

        public int GetGenericMethodParameter(object? genericContext, int index) => 0;

        public int GetGenericTypeParameter(object? genericContext, int index) => 0;

        public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

        public int GetPinnedType(int elementType) => 0;

        public int GetPointerType(int elementType) => 0;

        public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

        public int GetSZArrayType(int elementType) => 0;
    }
}
