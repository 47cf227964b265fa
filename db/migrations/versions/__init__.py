"""The steps; they import no code of the project, which changes while they must not."""
