# Writes build_info.cpp with what the output file says of the program; run at every build, rewritten only on change.
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=40 --exclude=*
  OUTPUT_VARIABLE MTC_GIT_SHA1 OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE outside_git)
if(outside_git OR MTC_GIT_SHA1 STREQUAL "")
  set(MTC_GIT_SHA1 unknown)
endif()
configure_file(${SOURCE_DIR}/src/output/build_info.cpp.in ${OUTPUT} @ONLY)
