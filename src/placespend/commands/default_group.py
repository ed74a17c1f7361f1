"""A group of commands that works as one of them where no other is named."""

from __future__ import annotations

from typing import Any

import click


class DefaultGroup(click.Group):
    """A group that takes its arguments for a default command, unless the first names a command or asks for help.

    Not click-default-group, unchanged since 2023 and without types: the help of its group shows neither arguments nor
    options of the default command, and its group parses them first, which takes a "--" away from the command.

    Parameters
    ----------
    default : click.Command
        The command that is run where none is named. The group's help is that of the command unless it is given one.
    **attributes : object
        As for :class:`click.Group`.
    """

    def __init__(self, *, default: click.Command, **attributes: Any) -> None:
        super().__init__(**{"help": default.help, "short_help": default.short_help, **attributes})
        self.default = default
        self.add_command(default)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the default command before arguments that name none.

        Parameters
        ----------
        ctx : click.Context
        args : list of str

        Returns
        -------
        list of str
            What is left for the command.
        """
        named = bool(args) and (args[0] in self.commands or args[0] in self.get_help_option_names(ctx))
        return super().parse_args(ctx, args if named else [str(self.default.name), *args])

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the default command is used, and beneath it the others.

        Parameters
        ----------
        ctx : click.Context
        formatter : click.HelpFormatter
        """
        pieces = self.default.collect_usage_pieces(self._default_context(ctx))
        formatter.write_usage(ctx.command_path, " ".join([f"[{self.default.name}]", *pieces]))
        if len(self.commands) > 1:
            formatter.write_usage(ctx.command_path, self.subcommand_metavar, prefix=" " * len("Usage: "))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the default command, then the commands.

        Parameters
        ----------
        ctx : click.Context
        formatter : click.HelpFormatter
        """
        self.default.format_options(self._default_context(ctx), formatter)
        self.format_commands(ctx, formatter)

    def _default_context(self, ctx: click.Context) -> click.Context:
        return self.default.context_class(self.default, info_name=self.default.name, parent=ctx)
