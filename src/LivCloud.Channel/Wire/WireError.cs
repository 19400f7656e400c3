using System.Diagnostics;

namespace LivCloud.Channel.Wire;

/// <summary>Why bytes are no frame.</summary>
internal enum WireError
{
    /// <summary>They are one.</summary>
    None,

    /// <summary>The body ends inside a field.</summary>
    Truncated,

    /// <summary>The body goes on after the last field.</summary>
    TrailingBytes,

    /// <summary>No frame type has that number.</summary>
    UnknownFrameType,

    /// <summary>The length is above the limit.</summary>
    FrameTooLong,

    /// <summary>A field that must not be 0 is 0.</summary>
    Zero,

    /// <summary>A field holds a value that is not in its list.</summary>
    UnknownValue,

    /// <summary>An offset is above the limit, or an offset and a length together are.</summary>
    OffsetTooLarge,

    /// <summary>A text is too long, no UTF-8 or holds control characters.</summary>
    BadText,
}

/// <summary>Words for people.</summary>
internal static class WireErrors
{
    /// <summary>The error as the end of a sentence: "a frame that ...".</summary>
    public static string Describe(this WireError error) => error switch
    {
        WireError.None => throw new UnreachableException("There is no error to describe."),
        WireError.Truncated => "ends inside a field",
        WireError.TrailingBytes => "goes on after its last field",
        WireError.UnknownFrameType => "has an unknown type",
        WireError.FrameTooLong => "is too long",
        WireError.Zero => "has a zero where none may be",
        WireError.UnknownValue => "has an unknown value",
        WireError.OffsetTooLarge => "has an offset beyond the limit",
        WireError.BadText => "has a text that is too long or not printable UTF-8",
    };
}
