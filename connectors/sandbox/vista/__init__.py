"""Vista sample: accounting for construction. Jobs and their phases, vendors, orders, batches."""

from connectors.sandbox import credentials
from connectors.sandbox.system import DOCUMENTS, Credentials, System
from connectors.sandbox.vista import batches, cost_codes, job_phases, jobs, purchase_orders, vendors
from connectors.sandbox.vista.refusals import describe_refusal
from connectors.sandbox.vista.seeds import seed

VISTA = System(
    key="vista",
    name="Vista sample",
    document=DOCUMENTS / "vista.json",
    default_address="http://127.0.0.1:8802",
    credentials=Credentials(
        api_key=credentials.VISTA_API_KEY,
        client_id=credentials.VISTA_CLIENT_ID,
        client_secret=credentials.VISTA_CLIENT_SECRET,
    ),
    operations={
        "listJobs": jobs.list_jobs,
        "addJob": jobs.add_job,
        "getJob": jobs.get_job,
        "updateJob": jobs.update_job,
        "listJobPhases": job_phases.list_job_phases,
        "upsertJobPhase": job_phases.upsert_job_phase,
        "getJobPhase": job_phases.get_job_phase,
        "listCostCodes": cost_codes.list_cost_codes,
        "addCostCode": cost_codes.add_cost_code,
        "updateCostCode": cost_codes.update_cost_code,
        "listVendors": vendors.list_vendors,
        "addVendor": vendors.add_vendor,
        "getVendor": vendors.get_vendor,
        "updateVendor": vendors.update_vendor,
        "listPurchaseOrders": purchase_orders.list_purchase_orders,
        "addPurchaseOrder": purchase_orders.add_purchase_order,
        "getPurchaseOrder": purchase_orders.get_purchase_order,
        "deletePurchaseOrder": purchase_orders.delete_purchase_order,
        "listBatches": batches.list_batches,
        "openBatch": batches.open_batch,
        "getBatch": batches.get_batch,
        "listBatchLines": batches.list_batch_lines,
        "postBatchLine": batches.post_batch_line,
        "lockBatch": batches.lock_batch,
        "unlockBatch": batches.unlock_batch,
        "postBatch": batches.post_batch,
    },
    seed=seed,
    describe_refusal=describe_refusal,
    refusal_media_type="application/json",
)
