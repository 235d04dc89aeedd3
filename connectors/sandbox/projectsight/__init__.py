"""ProjectSight sample: project management for construction. Projects, job phases, changes."""

from connectors.sandbox import credentials
from connectors.sandbox.projectsight import changes, cost_codes, job_phases, projects
from connectors.sandbox.projectsight.refusals import describe_refusal
from connectors.sandbox.projectsight.seeds import seed
from connectors.sandbox.system import DOCUMENTS, Credentials, System

PROJECTSIGHT = System(
    key="projectsight",
    name="ProjectSight sample",
    document=DOCUMENTS / "projectsight.yaml",
    default_address="http://127.0.0.1:8801",
    credentials=Credentials(
        api_key=credentials.PROJECTSIGHT_API_KEY,
        username=credentials.PROJECTSIGHT_USERNAME,
        password=credentials.PROJECTSIGHT_PASSWORD,
    ),
    operations={
        "listProjects": projects.list_projects,
        "getProject": projects.get_project,
        "listJobPhases": job_phases.list_job_phases,
        "addJobPhase": job_phases.add_job_phase,
        "getJobPhase": job_phases.get_job_phase,
        "updateJobPhase": job_phases.update_job_phase,
        "listCostCodes": cost_codes.list_cost_codes,
        "addCostCode": cost_codes.add_cost_code,
        "listChanges": changes.list_changes,
    },
    seed=seed,
    describe_refusal=describe_refusal,
    refusal_media_type="application/problem+json",
    sends_changes=True,
)
