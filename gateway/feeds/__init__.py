"""SAML metadata of others on its way into the database, from a file, an address or a timer.

source     where it comes from, and what makes it believed
query      one entity of a Metadata Query server
parties    what a service or connection takes from it, and what stays ours
importing  a document of one entity or thousands, in batches
reading    an address read once
refresh    addresses read again: those that are due, or one whose signature failed
handed     what a school hands over in its console
exclusion  what the operator removed of a list
work       what the operator's console has done
"""
