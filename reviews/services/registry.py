"""The one registry in which every service of this package is found by the name that diagrams use."""

from engine import ServiceRegistry

registry = ServiceRegistry()
