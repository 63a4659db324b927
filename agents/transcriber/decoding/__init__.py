"""From a recording's hostile bytes to sound: in a process that has nothing else."""
