"""The QA chair's reports to the Board (P15): numbers with the list behind each, kept when a report is sent,
sentences to begin with, and one plain structure of which the page and the document are made.
"""
