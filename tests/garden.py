"""A small glossary of made-up garden things, as Markdown files, in English and German.

It has a homonym (bed), abbreviations that look like everyday words (IT, US, IM), a name inside a
longer one (irrigation), entries in one language only, headings of an owner's own and more
sections than a conversation shows at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.formats.markdown import read_entry
from bot.glossary.glossary import Glossary

VERSION = "5eed5eed5eed5eed"

_TOOL = """\
---
id: garden-tool
terms:
  en: {preferred: garden tool}
  de: {preferred: Gartengerät}
---

# English

A garden tool is an object held in the hand that makes work in a garden easier.

# Deutsch

Ein Gartengerät ist ein Gegenstand in der Hand, der die Arbeit im Garten erleichtert.
"""
_SPADE = """\
---
id: moon-spade
subject: tools
updated: 2026-01-02
terms:
  en:
    preferred: moon spade
    admitted: [crescent spade]
  de:
    preferred: Mondspaten
broader: [garden-tool]
related: [dew-barrel]
---

# English

A moon spade is a garden tool with a crescent blade that cuts through roots.

## Characteristics

- The blade is as wide as a hand,
  and sharp on both sides.
- The handle is made of ash.

## Purpose

It lifts plants without harming their neighbours.

## Differences

- **Star fork**: A star fork loosens the soil and lifts nothing.
- **Dew barrel**: A dew barrel stands where a moon spade digs.

## History

The first moon spade was forged in 1871.

# Deutsch

Ein Mondspaten ist ein Gartengerät mit sichelförmigem Blatt, das Wurzeln durchtrennt.

## Merkmale

- Das Blatt ist handbreit.
- Der Stiel ist aus Esche.

## Zweck

Er hebt Pflanzen heraus, ohne ihre Nachbarn zu schädigen.

## Abgrenzung

- **Sterngabel**: Eine Sterngabel lockert den Boden nur.
"""
_FORK = """\
---
id: star-fork
terms:
  en:
    preferred: star fork
    admitted: [five-pointed fork]
  de:
    preferred: Sterngabel
broader: [garden-tool]
---

# English

A star fork is a garden tool with five tines that loosens the soil.

## Characteristics

- The tines are forged from one piece.

## Purpose

It lets air into heavy soil.

# Deutsch

Eine Sterngabel ist ein Gartengerät mit fünf Zinken, das den Boden lockert.

## Merkmale

- Die Zinken sind aus einem Stück geschmiedet.

## Zweck

Sie bringt Luft in schweren Boden.
"""
_RAKE = """\
---
id: comet-rake
terms:
  en: {preferred: comet rake}
  de: {preferred: Kometenrechen}
broader: [garden-tool]
---

# English

A comet rake is a garden tool with a long tail that gathers leaves.

## Characteristics

- The tail is made of willow.

## Purpose

It gathers leaves under hedges.

# Deutsch

Ein Kometenrechen ist ein Gartengerät mit langem Schweif, das Laub sammelt.

## Merkmale

- Der Schweif ist aus Weide.

## Zweck

Er sammelt Laub unter Hecken.
"""
_IRRIGATION = """\
---
id: irrigation
terms:
  en: {preferred: irrigation, admitted: [watering]}
  de: {preferred: Bewässerung}
---

# English

Irrigation is the bringing of water to plants.

# Deutsch

Bewässerung ist das Zuführen von Wasser zu Pflanzen.
"""
_ROOT = """\
---
id: root-irrigation
terms:
  en:
    preferred: root irrigation system
    abbreviations: {RIS: root irrigation system}
  de:
    preferred: Wurzelbewässerung
    abbreviations: {RIS: Root Irrigation System}
broader: [irrigation]
---

# English

A root irrigation system leads water through clay pipes straight to the roots.

## Characteristics

The pipes lie a spade deep.

## How it works

Pressure pushes drops through the pores of the clay.

## Purpose

It saves water.

## Who uses it and why

Rose growers use it to keep leaves dry.

## Advantages

- It loses no water to the sun.

## Limits

- Frost bursts the pipes.

## Cost

The pipes cost as much as the roses.

## Safety and privacy

Nobody slips on wet paths.

## Examples

The rose garden of Lindenau has one.

## History

It was thought of in a dry summer.

# Deutsch

Eine Wurzelbewässerung leitet Wasser durch Tonrohre unmittelbar zu den Wurzeln.

## Funktionsweise

Druck presst Tropfen durch die Poren des Tons.
"""
_STORE = """\
---
id: water-store
terms:
  en: {preferred: water store}
  de: {preferred: Wasserspeicher}
broader: [garden-structure]
---

# English

A water store is a garden structure that keeps water for dry days.

# Deutsch

Ein Wasserspeicher ist ein Gartenbauwerk, das Wasser für trockene Tage aufhebt.
"""
_STRUCTURE = """\
---
id: garden-structure
terms:
  en: {preferred: garden structure}
  de: {preferred: Gartenbauwerk}
---

# English

A garden structure is something built in a garden to stay there.

# Deutsch

Ein Gartenbauwerk ist etwas im Garten Gebautes, das dort bleibt.
"""
_BARREL = """\
---
id: dew-barrel
terms:
  en: {preferred: dew barrel}
  de: {preferred: Tautonne}
broader: [water-store]
part-of: [root-irrigation]
---

# English

A dew barrel is a water store that collects the dew of one night.

# Deutsch

Eine Tautonne ist ein Wasserspeicher, der den Tau einer Nacht sammelt.
"""
_FLOWER_BED = """\
---
id: flower-bed
terms:
  en: {preferred: flower bed, admitted: [bed]}
  de: {preferred: Blumenbeet, admitted: [Beet]}
---

# English

A flower bed is a patch of soil for plants that are looked at.

# Deutsch

Ein Blumenbeet ist ein Stück Boden für Pflanzen, die man ansieht.
"""
_SEEDBED = """\
---
id: seedbed
terms:
  en: {preferred: seedbed, admitted: [bed]}
  de: {preferred: Saatbeet, admitted: [Beet]}
related: [comet-rake]
---

# English

A seedbed is a patch of fine soil in which seeds come up.

# Deutsch

Ein Saatbeet ist ein Stück feinen Bodens, in dem Samen aufgehen.
"""
_TIMER = """\
---
id: irrigation-timer
terms:
  en:
    preferred: irrigation timer
    abbreviations: {IT: irrigation timer}
part-of: [root-irrigation]
---

# English

An irrigation timer opens a valve at a fixed hour.
"""
_SPRAYER = """\
---
id: ultrasonic-sprayer
terms:
  en:
    preferred: ultrasonic sprayer
    abbreviations: {US: ultrasonic sprayer}
broader: [garden-tool]
---

# English

An ultrasonic sprayer is a garden tool that turns water into mist.
"""
_MANIFOLD = """\
---
id: irrigation-manifold
terms:
  en:
    preferred: irrigation manifold
    abbreviations: {IM: irrigation manifold}
part-of: [water-store]
---

# English

An irrigation manifold splits one pipe into several.
"""
_CARE = """\
---
id: careful-plant-watch
terms:
  en:
    preferred: careful plant watch
    abbreviations: {CPW: careful plant watch}
  de:
    preferred: umsichtige Pflanzenwacht
---

# English

A careful plant watch is the daily look at every leaf.

# Deutsch

Eine umsichtige Pflanzenwacht ist der tägliche Blick auf jedes Blatt.
"""
_FRAME = """\
# cold frame

A cold frame is a box with a glass lid in which young plants spend the winter.

## Siting

It faces south.

## Ventilation

The lid is opened at noon.

## Folklore

Hedgehogs are said to sleep below it.
"""

SOURCES: Mapping[str, str] = {
    "tools/garden-tool.md": _TOOL,
    "tools/moon-spade.md": _SPADE,
    "tools/star-fork.md": _FORK,
    "tools/comet-rake.md": _RAKE,
    "tools/ultrasonic-sprayer.md": _SPRAYER,
    "water/irrigation.md": _IRRIGATION,
    "water/root-irrigation.md": _ROOT,
    "water/water-store.md": _STORE,
    "water/dew-barrel.md": _BARREL,
    "water/irrigation-timer.md": _TIMER,
    "water/irrigation-manifold.md": _MANIFOLD,
    "garden-structure.md": _STRUCTURE,
    "flower-bed.md": _FLOWER_BED,
    "seedbed.md": _SEEDBED,
    "careful-plant-watch.md": _CARE.replace("\n", "\r\n"),
    "cold-frame.md": _FRAME,
}
"""The files by name; one has Windows line ends, one has neither front matter nor languages."""


def garden() -> Glossary:
    """Return the glossary, read from the files as they stand."""
    return Glossary((read_entry(name, text) for name, text in SOURCES.items()), VERSION)


def plant(folder: Path) -> Path:
    """Write the files into a folder and return it."""
    for name, text in SOURCES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder
