namespace LivCloud.Nbd;

/// <summary>Why bytes are not NBD, or not the part of it that is spoken here.</summary>
public enum NbdFault
{
    /// <summary>They are.</summary>
    None,

    /// <summary>A magic number is wrong; a server of the old style has another one too.</summary>
    Magic,

    /// <summary>A request that is not among <see cref="NbdCommand"/>.</summary>
    Command,

    /// <summary>Longer than anything of its kind.</summary>
    TooLong,

    /// <summary>The answer to a request that nobody made.</summary>
    Cookie,

    /// <summary>It ends in the middle of something.</summary>
    Cut,
}
