from .file_checks import CheckedFile as CheckedFile
from .file_checks import check_files as check_files
from .importing import agency_of as agency_of
from .importing import bring_in as bring_in
from .importing import faults_told as faults_told
from .importing import files_in as files_in
from .workbook.workbook import with_carry_over as with_carry_over
from .workbook.workbook import write_form as write_form
