from django.contrib.admin.apps import AdminConfig


class SuperuserAdminConfig(AdminConfig):
    default_site = "integrations.admin_site.SuperuserAdminSite"
