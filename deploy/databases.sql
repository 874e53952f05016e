-- PostgreSQL runs this once, when its volume is empty. The database `firsttouch` is made by its own settings.
CREATE DATABASE prefect;
