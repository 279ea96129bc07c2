-- name: staff_put
INSERT INTO staff (school_id, id, code, full_name, name_key, sex, birth_date, personal_id, position, email, phone,
  from_date, to_date)
VALUES (:school:id, :id:id, :code:text, :full_name:text, :name_key:text, :sex:text, :birth_date:text,
  :personal_id:text, :position:text, :email:text, :phone:text, :from_date:text, :to_date:text)
ON CONFLICT (school_id, id) DO UPDATE SET full_name = excluded.full_name, name_key = excluded.name_key,
  sex = excluded.sex, birth_date = excluded.birth_date, personal_id = excluded.personal_id,
  position = excluded.position, email = excluded.email, phone = excluded.phone, from_date = excluded.from_date,
  to_date = excluded.to_date;

-- name: staff_list
SELECT id, code, full_name, sex, birth_date, personal_id, position, email, phone, from_date, to_date FROM staff
WHERE school_id = :school:id ORDER BY code;

-- name: staff_get
SELECT id, code, full_name, sex, birth_date, personal_id, position, email, phone, from_date, to_date FROM staff
WHERE school_id = :school:id AND id = :id:id;

-- name: pupil_put
INSERT INTO pupil (school_id, id, code, sector_code, personal_id, full_name, name_key, sex, birth_date, birth_place,
  ethnic, nationality, home_town, residence, father, father_job, mother, mother_job, guardian, guardian_job, policy,
  disability, phone, register_no, version)
VALUES (:school:id, :id:id, :code:text, :sector_code:text, :personal_id:text, :full_name:text, :name_key:text,
  :sex:text, :birth_date:text, :birth_place:text, :ethnic:text, :nationality:text, :home_town:text, :residence:text,
  :father:text, :father_job:text, :mother:text, :mother_job:text, :guardian:text, :guardian_job:text, :policy:text,
  :disability:text, :phone:text, :register_no:text, :version:int)
ON CONFLICT (school_id, id) DO UPDATE SET code = excluded.code, sector_code = excluded.sector_code,
  personal_id = excluded.personal_id, full_name = excluded.full_name, name_key = excluded.name_key, sex = excluded.sex,
  birth_date = excluded.birth_date, birth_place = excluded.birth_place, ethnic = excluded.ethnic,
  nationality = excluded.nationality, home_town = excluded.home_town, residence = excluded.residence,
  father = excluded.father, father_job = excluded.father_job, mother = excluded.mother,
  mother_job = excluded.mother_job, guardian = excluded.guardian, guardian_job = excluded.guardian_job,
  policy = excluded.policy, disability = excluded.disability, phone = excluded.phone,
  register_no = excluded.register_no, version = excluded.version;

-- name: pupil_list
-- Every pupil of the school, for matching an import.
SELECT id, code, sector_code, personal_id, full_name, sex, birth_date, birth_place, ethnic, nationality, home_town,
  residence, father, father_job, mother, mother_job, guardian, guardian_job, policy, disability, phone, register_no,
  version FROM pupil WHERE school_id = :school:id ORDER BY code;

-- name: pupil_get
SELECT id, code, sector_code, personal_id, full_name, sex, birth_date, birth_place, ethnic, nationality, home_town,
  residence, father, father_job, mother, mother_job, guardian, guardian_job, policy, disability, phone, register_no,
  version FROM pupil WHERE school_id = :school:id AND id = :id:id;

-- name: pupil_change_add
INSERT INTO pupil_change (school_id, pupil_id, version, field, old_value, new_value, changed_by, changed_at, why)
VALUES (:school:id, :pupil:id, :version:int, :field:text, :old:text, :new:text, :by:text, :at:time, :why:text);

-- name: pupil_changes
SELECT version, field, old_value, new_value, changed_by, changed_at, why FROM pupil_change
WHERE school_id = :school:id AND pupil_id = :pupil:id ORDER BY version, field;

-- name: achievement_put
INSERT INTO achievement (school_id, pupil_id, id, year, kind, title, level, decision_no, decision_date)
VALUES (:school:id, :pupil:id, :id:id, :year:text, :kind:text, :title:text, :level:text, :decision_no:text,
  :decision_date:text)
ON CONFLICT (school_id, pupil_id, id) DO NOTHING;

-- name: achievements_of_class
SELECT x.id, x.pupil_id, x.kind, x.title, x.level, x.decision_no, x.decision_date FROM achievement x
JOIN enrolment e ON e.school_id = x.school_id AND e.pupil_id = x.pupil_id
WHERE e.school_id = :school:id AND e.class_id = :class:id AND x.year = :year:text ORDER BY x.id;

-- name: achievement_drop
DELETE FROM achievement WHERE school_id = :school:id AND pupil_id = :pupil:id AND id = :id:id;

-- name: files_of_class
-- The pupils of a class with what the class book says about them.
SELECT p.id, p.code, p.sector_code, p.personal_id, p.full_name, p.sex, p.birth_date, p.birth_place, p.ethnic,
  p.nationality, p.home_town, p.residence, p.father, p.father_job, p.mother, p.mother_job, p.guardian, p.guardian_job,
  p.policy, p.disability, p.phone, p.register_no, e.status, e.from_date, e.to_date, e.note
FROM enrolment e JOIN pupil p ON p.school_id = e.school_id AND p.id = e.pupil_id
WHERE e.school_id = :school:id AND e.class_id = :class:id ORDER BY e.number, p.name_key, p.id;
