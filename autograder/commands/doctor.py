"""Try what this host protects against when it grades."""

import typer


def command() -> None:
    """Try to break out of the sandbox in every way it promises to prevent, and print which promises hold here.

    Exits with 1 when one doesn't: then `autograder grade` should not meet strangers' notebooks on this host.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from autograder.sandbox.diagnosis import diagnose

    console = Console()
    table = Table("protection", "on", "what it promises", title="What this host protects against", title_justify="left")
    broken = 0
    with console.status("trying"):
        for finding in diagnose():
            broken += not finding.holds
            mark = "[green]yes[/]" if finding.holds else "[bold red]no[/]"
            remark = f"\n[{'dim' if finding.holds else 'red'}]{escape(finding.remark)}[/]" if finding.remark else ""
            table.add_row(finding.name, mark, escape(finding.claim) + remark)
    console.print(table)
    if broken:
        console.print(f"{broken} of these don't hold here. docs/trust.md says what each needs.")
        raise typer.Exit(1)
    console.print("All of them hold here.")
