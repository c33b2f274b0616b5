"""What following a deep link costs, with a million links stored.

rows      what is measured, in which order
parties   a service of each launch form
fill      materials and links, written into the database at once
journeys  a person follows a link: signed in already, or not
forms, tool   what each form of launch brings, and what the service does with it
"""
