namespace LivCloud.Cli.Completion;

/// <summary>What makes a shell ask `livcloud` how a command line goes on.</summary>
internal static class CompletionScript
{
    /// <summary>The shells that have a script.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish"];

    /// <summary>The script for one of <see cref="Shells"/>.</summary>
    public static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "No such shell."),
    };

    private const string Bash =
        """
        # bash completion for livcloud; load it with: source <(livcloud completion bash)
        _livcloud() {
            local word=${COMP_WORDS[COMP_CWORD]} item
            COMPREPLY=()
            while IFS= read -r item; do
                [[ $item == "$word"* && $item != -? ]] && COMPREPLY+=("$item")
            done < <("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
        }
        complete -o default -F _livcloud livcloud
        """;

    private const string Zsh =
        """
        #compdef livcloud
        # zsh completion for livcloud; load it with: source <(livcloud completion zsh)
        _livcloud() {
            local -a items
            items=(${(f)"$(${words[1]} "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)"})
            items=(${items:#-?})
            compadd -a items
        }
        compdef _livcloud livcloud
        """;

    private const string Fish =
        """
        # fish completion for livcloud; load it with: livcloud completion fish | source
        function __livcloud_complete
            set -l line (commandline -cp)
            livcloud "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null | string match -rv '^-.$'
        end
        complete -c livcloud -f -a '(__livcloud_complete)'
        """;
}
