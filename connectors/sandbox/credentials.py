"""The log-ins that the sample systems take. They guard nothing real."""

VISTA_API_KEY = "vista-sample-key"
VISTA_CLIENT_ID = "vista-sample-client"
VISTA_CLIENT_SECRET = "vista-sample-secret"  # noqa: S105

PROJECTSIGHT_API_KEY = "projectsight-sample-key"
PROJECTSIGHT_USERNAME = "projectsight-sample-user"
PROJECTSIGHT_PASSWORD = "projectsight-sample-password"  # noqa: S105
