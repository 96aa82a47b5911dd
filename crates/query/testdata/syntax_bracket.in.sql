SELECT count(*
FROM cloudtrail
