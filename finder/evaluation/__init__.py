"""Measures the product against judged collections, beside baselines that never change with it."""
