"""The pages of the recruiter workbench."""
