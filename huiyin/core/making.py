"""Tables that are made one after another, made from one picture of all of them."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class AtOnce(migrations.Migration):
    """A migration whose runs of new tables are drawn once a run: Django draws every table anew, with all that hang on
    it, for each that is added, which was half of the time an empty database took.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, *args: Any, **options: Any
    ) -> ProjectState:
        """Run by run; what is no new table, or is only to be shown as SQL, goes Django's way."""
        if schema_editor.collect_sql or not schema_editor.atomic_migration:
            return super().apply(project_state, schema_editor, *args, **options)
        whole = self.operations
        try:
            for new_tables, some in groupby(whole, lambda one: isinstance(one, migrations.CreateModel)):
                vars(self)["operations"] = list(some)
                if new_tables:
                    self._make(self.operations, project_state, schema_editor)
                else:
                    project_state = super().apply(project_state, schema_editor, *args, **options)
        finally:
            vars(self)["operations"] = whole
        return project_state

    def _make(self, tables: Sequence[Operation], state: ProjectState, editor: BaseDatabaseSchemaEditor) -> None:
        vars(state).pop("apps", None)  # what was drawn so far
        for table in tables:
            table.state_forwards(self.app_label, state)
        for table in tables:
            table.database_forwards(self.app_label, editor, state, state)
