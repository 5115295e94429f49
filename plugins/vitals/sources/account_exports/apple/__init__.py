"""Apple Health's `export.xml` -> raw.apple_health__*.

One file holds everything: some hundred types of records of all devices and apps, each time with its
offset. Devices count the same steps, so that each gets an account id of its own and stage decides.
"""
