SELECT eventID, element_at(requestParameters, 'policyArn') AS policy
FROM 1a2b3c4d-5678-90ab-cdef-111122223333
WHERE eventName = 'AttachUserPolicy' AND element_at(requestParameters, 'policyArn') LIKE '%AdministratorAccess'
