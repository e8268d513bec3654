// Types that several modules use.

@export()
@description('Tags by name.')
type tagValues = {
  *: string
}

@export()
@description('App settings by name; every value is text.')
type appSettings = {
  *: string
}
