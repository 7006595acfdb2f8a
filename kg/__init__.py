"""Atlante: a knowledge graph of the AI industry in which every fact carries its evidence.

The modules read in the order of the data's way: sources, patch, check, log, assemble, infer, engine,
store, ask, explore, export.
"""
