"""Simulated Garmin Connect Personal API: truth -> the paths of its official Python client.

Paths and token exchange follow that client's source; bodies follow published examples where there
are any. Error bodies, range limits and the lifetime of tokens are guesses, marked where they stand.
"""

from vitals.simulator.garmin import activities, body, sleep, token, wellness
from vitals.simulator.garmin.dialect import DIALECT
from vitals.simulator.provider import Endpoint, Handler, Provider

RANGE = "/{start}/{end}"


def get(path: str, handler: Handler) -> Endpoint:
    """A GET endpoint."""
    return Endpoint("GET", path, handler)


PROVIDER = Provider(
    name="garmin",
    dialect=DIALECT,
    endpoints=(
        get("/usersummary-service/v2/dailysummaries", wellness.daily_summaries),
        get(f"/usersummary-service/stats/steps/daily{RANGE}", wellness.daily_steps),
        get(f"/usersummary-service/stats/stress/daily{RANGE}", wellness.daily_stress),
        get(f"/usersummary-service/stats/hydration/daily{RANGE}", wellness.daily_hydration),
        get("/wellness-service/wellness/dailyHeartRate", wellness.daily_heart_rate),
        get("/wellness-service/wellness/dailyStress/{day}", wellness.day_stress),
        get("/wellness-service/wellness/bodyBattery/reports/daily", wellness.body_battery),
        get("/wellness-service/wellness/daily/spo2acclimation/{day}", wellness.spo2),
        get("/sleep-service/sleep/dailySleep", sleep.daily_sleep),
        get("/sleep-service/sleep/dailySleepSummariesByDate", sleep.summaries),
        get(f"/hrv-service/hrv/daily{RANGE}", wellness.hrv_range),
        get("/hrv-service/hrv/{day}", wellness.hrv),
        get(f"/weight-service/weight/range{RANGE}", body.weight_range),
        get("/biometric-service/heartRateZones/v2", body.heart_rate_zones),
        get("/fitnessage-service/fitnessage/v2/{day}", body.fitness_age),
        get("/userprofile-service/userprofile/settings", body.profile_settings),
        get("/activitylist-service/activities/search/activities", activities.search),
        get("/activity-service/activity/{activity}", activities.details),
        get("/download-service/files/activity/{activity}", activities.download),
        get(f"/goal-service/goal/user/effective/weightgoal{RANGE}", body.nothing),
        get("/nutrition-service/food/logs/{day}", body.nothing),
        get("/activity-service/activity/{activity}/workouts", body.nothing),
        get(f"/wellnessactivity-service/activity/summary/range{RANGE}", body.nothing),
        get("/periodichealth-service/menstrualcycle/summary/{day}", body.nothing),
        get("/periodichealth-service/menstrualcycle/dayview/{day}", body.nothing),
    ),
    authorize_path="/app/settings/personalApiToken",
    token_path="/personalapitoken-service/personal-api/personal-api-key/token",
    answer_page=token.answer_page,
    answer_token=token.answer_token,
)
