"""A folder with a stack, and the command in it."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


class House:
    """A folder with one of the stacks that are here."""

    def __init__(self, rzp, library, folder, stack):
        self.rzp, self.library, self.folder = rzp, library, folder
        services = folder / "services"
        services.mkdir()
        (services / "main.rzp").write_text("{}\n")
        shutil.copy(HERE / f"{stack}.rzp", services / "stack.rzp")
        for beside in ("wanted.rzp", "records.json"):
            shutil.copy(HERE / beside, services)

    def run(self, ends, *arguments):
        call = [self.rzp, "--library", self.library, *arguments]
        run = subprocess.run(call, cwd=self.folder, env={**os.environ, "XDG_STATE_HOME": str(self.folder / "state")},
                             text=True, capture_output=True)
        if run.returncode != ends:
            sys.exit(f"`rzp {' '.join(arguments)}` ends with {run.returncode}, and not with {ends}\n{run.stdout}{run.stderr}")
        return run.stdout

    def plan(self, *arguments):
        """What each provider plans, by its name; each provider's actions by their classes."""
        plan = json.loads(self.run(2, "plan", "--json", *arguments))
        return {part["provider"]: part["outcome"] for part in plan["parts"]}
