"""The recruiter workbench: requirements, who shows evidence for which, and what people decided about it. It decides nothing itself."""
