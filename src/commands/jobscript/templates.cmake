# Makes jobscripts/*.sh constants of the program: `mtc jobscript` fills in the very scripts that are installed.
set(MTC_JOBSCRIPTS_FOLDER ${PROJECT_SOURCE_DIR}/jobscripts)
set(MTC_JOBSCRIPT_TEMPLATES "")
foreach(name slurm.sh slurm-requeue.sh pbs.sh pbs-requeue.sh torque.sh sge.sh)
  file(READ ${MTC_JOBSCRIPTS_FOLDER}/${name} script)
  string(APPEND MTC_JOBSCRIPT_TEMPLATES "    {\"${name}\", R\"mtc_script(${script})mtc_script\"},\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${MTC_JOBSCRIPTS_FOLDER}/${name})
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/templates.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/jobscript_templates.cpp @ONLY)
